-- The provider's offices and VPN pools, in the ledger of the provider: what their networks are, and how
-- they are called, is sealed. When they are open is a fact.
create table office (
  client_id uuid not null,
  office_id uuid not null,
  ct bytea not null,
  primary key (client_id, office_id)
);

-- The reason, in words, of an exception from hours and premises.
create table exception_reason (
  client_id uuid not null,
  exception_id uuid not null,
  ct bytea not null,
  primary key (client_id, exception_id)
);

alter table office alter column ct set storage external;
alter table exception_reason alter column ct set storage external;

do $$
declare t text;
begin
  foreach t in array array['office', 'exception_reason'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;

grant select, insert on office, exception_reason to ws_app;
grant update (ct) on office, exception_reason to ws_app;
