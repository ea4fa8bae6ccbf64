-- Signing in. Nothing here says who somebody is or from where: users are random ids, secrets are
-- hashes, a passkey's own id is a keyed hash. Its public key stands in the ledger alone.

-- Instance tables: reference tables on Citus.
create table session (
  session_id uuid primary key,
  user_id uuid not null,
  hash bytea not null unique,
  authentication text not null check (authentication in ('passkey', 'oidc')),
  passkey_id uuid,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  verified_at timestamptz,
  expires_at timestamptz not null,
  ended boolean not null default false
);
create index session_of_user on session (user_id) where not ended;

create table passkey (
  passkey_id uuid primary key,
  user_id uuid not null,
  credential_hash bytea not null unique,
  counter bigint not null,
  removed boolean not null default false
);
create index passkey_of_user on passkey (user_id) where not removed;

create table invitation (
  invitation_id uuid primary key,
  user_id uuid not null,
  hash bytea not null unique,
  expires_at timestamptz not null,
  used boolean not null default false
);
create index invitation_of_user on invitation (user_id) where not used;

create table recovery (
  recovery_id uuid primary key,
  user_id uuid not null,
  started_by uuid not null,
  code_hash bytea not null,
  expires_at timestamptz not null,
  done boolean not null default false
);
create index recovery_open on recovery (user_id) where not done;

-- Challenges are not stored when they are made; one that was answered is, until it would have lapsed.
create table spent_challenge (
  hash bytea primary key,
  expires_at timestamptz not null
);
create index spent_challenge_expiry on spent_challenge (expires_at);

-- Of a service token: which operations, from which networks.
alter table token add column ct bytea;
alter table token alter column ct set storage external;

-- Client tables: distributed by client_id.
create table identity_provider (
  client_id uuid primary key,
  ct bytea not null
);
create table oidc_subject (
  client_id uuid not null,
  subject_hash bytea not null,
  user_id uuid not null,
  primary key (client_id, subject_hash),
  unique (client_id, user_id)
);
alter table identity_provider alter column ct set storage external;

do $$
declare t text;
begin
  foreach t in array array['identity_provider', 'oidc_subject'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;

grant select, insert on session, passkey, invitation, recovery to ws_app;
grant update (hash, seen_at, verified_at, ended) on session to ws_app;
grant update (counter, removed) on passkey to ws_app;
grant update (used) on invitation to ws_app;
grant update (done) on recovery to ws_app;
grant select, insert, delete on spent_challenge to ws_app;
grant select, insert, delete on identity_provider, oidc_subject to ws_app;
grant update (ct) on identity_provider to ws_app;
