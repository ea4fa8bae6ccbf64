-- Imports that can be interrupted and go on, be cancelled and be undone. What an import was asked to do
-- (plan), what its check found (checked), its blocks and its errors are sealed under its own key.
alter table staff_import drop constraint staff_import_state_check;
alter table staff_import add constraint staff_import_state_check check (state in
  ('queued', 'running', 'interrupted', 'cancelling', 'cancelled',
   'done', 'refused', 'failed', 'undoing', 'undone'));
alter table staff_import add column plan bytea;
alter table staff_import add column checked bytea;
-- When it came to its present state, and the size of the ledger when it was done.
alter table staff_import add column reached_at timestamptz;
update staff_import set reached_at = created_at;
alter table staff_import alter column reached_at set not null;
alter table staff_import add column done_size bigint;

-- A block of the file that was written: people and counts, in the transaction that wrote it.
create table import_block (
  client_id uuid not null,
  import_id uuid not null,
  block integer not null,
  ct bytea not null,
  primary key (client_id, import_id, block)
);

create table import_error (
  client_id uuid not null,
  import_id uuid not null,
  part integer not null,
  ct bytea not null,
  primary key (client_id, import_id, part)
);

alter table staff_import alter column plan set storage external;
alter table staff_import alter column checked set storage external;
alter table import_block alter column ct set storage external;
alter table import_error alter column ct set storage external;

do $$
declare t text;
begin
  foreach t in array array['import_block', 'import_error'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;

grant select, insert, delete on import_block, import_error to ws_app;
