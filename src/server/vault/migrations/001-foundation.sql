-- The whole schema. It keeps the Citus rules of docs/operations.md from the start: every table with
-- client_id has it in each key, there are no triggers, and row-level security refuses by default.
-- No column can hold a name, a date of birth or an amount: only ids, tags, codes, counts, times
-- and sealed bytes.

-- Instance tables: reference tables on Citus.
create table instance (
  one boolean primary key default true check (one),
  authn_version bigint not null default 1
);
insert into instance default values;

create table registry (
  id uuid primary key,
  is_provider boolean not null
);

create table user_account (
  user_id uuid primary key,
  wrapped bytea not null,
  profile bytea not null,
  address_hash bytea unique
);

create table token (
  token_id uuid primary key,
  user_id uuid not null,
  hash bytea not null unique,
  expires_at timestamptz not null,
  revoked boolean not null default false
);
create index token_user on token (user_id);

-- Client tables: distributed by client_id.
create table user_client (
  client_id uuid not null,
  user_id uuid not null,
  primary key (client_id, user_id)
);
create index user_client_user on user_client (user_id);

create table wrapped_key (
  client_id uuid not null,
  purpose text not null check (purpose in
    ('client', 'tag', 'unique', 'record', 'cursor', 'log', 'ledger')),
  version integer not null,
  parent text not null check (parent in ('root', 'client')),
  wrapped bytea not null,
  primary key (client_id, purpose, version)
);

create table client_profile (
  client_id uuid primary key,
  ct bytea not null
);

create table adoption (
  client_id uuid not null,
  sha256 bytea not null,
  ct bytea not null,
  primary key (client_id, sha256)
);

create table head (
  client_id uuid primary key,
  size bigint not null,
  frontier bytea not null,
  last_at timestamptz not null,
  auth_index bigint not null,
  data_version bigint not null,
  purge_version bigint not null,
  pending uuid
) with (fillfactor = 20);

create table ledger_entry (
  client_id uuid not null,
  idx bigint not null,
  leaf bytea not null,
  is_fact boolean not null,
  has_changes boolean not null,
  attachment uuid,
  ct bytea not null,
  primary key (client_id, idx)
);
create index ledger_fact on ledger_entry (client_id, idx) where is_fact;
create index ledger_change on ledger_entry (client_id, idx) where has_changes;

create table ledger_attachment (
  client_id uuid not null,
  attachment_id uuid not null,
  kind text not null check (kind in ('subjects', 'changes')),
  part integer not null,
  ct bytea not null,
  primary key (client_id, attachment_id, kind, part)
);

create table checkpoint (
  client_id uuid not null,
  size bigint not null,
  note bytea not null,
  primary key (client_id, size)
);

create table subject (
  client_id uuid not null,
  subject_id uuid not null,
  import_id uuid not null,
  staff_number_hash bytea not null,
  keyring bytea not null,
  primary key (client_id, subject_id),
  unique (client_id, staff_number_hash)
);

create table record (
  client_id uuid not null,
  record_id uuid not null,
  revision integer not null,
  compartment text not null check (compartment in
    ('personnel', 'contact', 'pay', 'identity', 'demographic', 'medical', 'bank', 'conduct')),
  tag uuid not null,
  import_id uuid not null,
  replaced_in uuid,
  ct bytea not null,
  primary key (client_id, record_id, revision)
);
create index record_tag on record (client_id, tag);

create table staff_import (
  client_id uuid not null,
  import_id uuid not null,
  mode text not null check (mode in ('check', 'commit')),
  state text not null check (state in ('queued', 'running', 'done', 'refused', 'failed')),
  fingerprint bytea not null,
  wrapped bytea,
  status bytea not null,
  created_at timestamptz not null,
  primary key (client_id, import_id)
);
create index staff_import_fingerprint on staff_import (client_id, fingerprint);

create table import_chunk (
  client_id uuid not null,
  import_id uuid not null,
  part integer not null,
  ct bytea not null,
  primary key (client_id, import_id, part)
);

create table report_run (
  client_id uuid not null,
  run_id uuid not null,
  ct bytea not null,
  primary key (client_id, run_id)
);

create table proposal (
  client_id uuid not null,
  proposal_id uuid not null,
  ct bytea not null,
  primary key (client_id, proposal_id)
);

create table replay (
  client_id uuid not null,
  user_id uuid not null,
  key_hash bytea not null,
  request_hash bytea not null,
  status integer not null,
  ct bytea not null,
  created_at timestamptz not null,
  primary key (client_id, user_id, key_hash)
);

alter table user_account alter column profile set storage external;
alter table client_profile alter column ct set storage external;
alter table adoption alter column ct set storage external;
alter table staff_import alter column status set storage external;
alter table report_run alter column ct set storage external;
alter table proposal alter column ct set storage external;
alter table replay alter column ct set storage external;
alter table subject alter column keyring set storage external;
alter table record alter column ct set storage external;
alter table ledger_entry alter column ct set storage external;
alter table ledger_attachment alter column ct set storage external;
alter table import_chunk alter column ct set storage external;

-- The second wall: a transaction names its client, or the clients of its ledger batch, and sees
-- no other rows; one that names none sees nothing.
do $$
declare t text;
begin
  foreach t in array array['user_client', 'wrapped_key', 'client_profile', 'adoption', 'head', 'ledger_entry',
    'ledger_attachment', 'checkpoint', 'subject', 'record', 'staff_import', 'import_chunk',
    'report_run', 'proposal', 'replay'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;
create policy user_client_of_user on user_client for select
  using (user_id = nullif(current_setting('app.account', true), '')::uuid);

grant select on instance, registry to ws_app;
grant update (authn_version) on instance to ws_app;
grant insert on registry to ws_app;
grant select, insert, update on user_account, token to ws_app;
grant select, insert on user_client, client_profile, adoption, ledger_entry, checkpoint, report_run
  to ws_app;
grant select, insert, update on wrapped_key, head, staff_import to ws_app;
grant update (wrapped) on wrapped_key to ws_app;
grant select, insert, delete on proposal, replay, import_chunk, ledger_attachment to ws_app;
grant select, insert, delete on subject, record to ws_app;
grant update (staff_number_hash, keyring) on subject to ws_app;
grant update (replaced_in) on record to ws_app;
