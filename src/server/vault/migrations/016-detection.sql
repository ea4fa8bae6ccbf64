-- How far detection has come in each ledger, what it has seen before, and which people of a client are
-- canaries: all sealed and padded, in every row, so that no row shows whether a client has any.
create table detection_state (
  client_id uuid primary key,
  place bytea not null,
  seen bytea not null,
  canaries bytea not null
);
alter table detection_state alter column seen set storage external;

do $$
declare t text;
begin
  foreach t in array array['detection_state'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;

grant select, insert on detection_state to ws_app;
grant update (place, seen, canaries) on detection_state to ws_app;
