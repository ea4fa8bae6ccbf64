-- Jobs: long work of a client that a person started. What kind it is, who started it, how far it has
-- come and why it ended is sealed; the slot is a keyed hash of what only one job at a time may do.
create table job (
  client_id uuid not null,
  job_id uuid not null,
  state text not null check (state in
    ('queued', 'running', 'done', 'refused', 'failed', 'cancelled')),
  run integer not null,
  cancelling boolean not null,
  slot bytea,
  ct bytea not null,
  primary key (client_id, job_id),
  constraint job_slot unique (client_id, slot)
);
create index job_unfinished on job (client_id) where state in ('queued', 'running');
alter table job alter column ct set storage external;

do $$
declare t text;
begin
  foreach t in array array['job'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;

grant select, insert on job to ws_app;
grant update (state, run, cancelling, slot, ct) on job to ws_app;

-- What is sealed under a key that is replaced is sealed anew where it stands.
grant update (ct) on client_profile, adoption, report_run, proposal, replay, record to ws_app;
