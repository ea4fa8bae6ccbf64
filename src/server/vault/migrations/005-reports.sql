-- Kept results of report runs, each under a key of its own, and schedules. What a report was about, who
-- it shows and when it is due is sealed, but for the next time itself.
create table saved_run (
  client_id uuid not null,
  run_id uuid not null,
  user_id uuid not null,
  purge_version bigint not null,
  wrapped bytea not null,
  meta bytea not null,
  result bytea not null,
  primary key (client_id, run_id)
);
create index saved_run_user on saved_run (client_id, user_id, run_id);

create table report_schedule (
  client_id uuid not null,
  schedule_id uuid not null,
  user_id uuid not null,
  due_at timestamptz,
  ct bytea not null,
  primary key (client_id, schedule_id)
);
create index report_schedule_due on report_schedule (client_id, due_at) where due_at is not null;

alter table saved_run alter column meta set storage external;
alter table saved_run alter column result set storage external;
alter table report_schedule alter column ct set storage external;

do $$
declare t text;
begin
  foreach t in array array['saved_run', 'report_schedule'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;

grant select, insert, delete on saved_run, report_schedule to ws_app;
grant update (meta, wrapped) on saved_run to ws_app;
grant update (due_at, ct) on report_schedule to ws_app;
