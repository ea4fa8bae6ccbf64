-- Documents attached to records. A document's key, digest, name and size stand in the sealed record that
-- names it; here are its sealed chunks, and how many they are once a record names it (null before).
create table document (
  client_id uuid not null,
  document_id uuid not null,
  chunks integer,
  primary key (client_id, document_id)
);
create index document_unfinished on document (client_id, document_id) where chunks is null;

create table document_chunk (
  client_id uuid not null,
  document_id uuid not null,
  part integer not null,
  ct bytea not null,
  primary key (client_id, document_id, part)
);
alter table document_chunk alter column ct set storage external;

do $$
declare t text;
begin
  foreach t in array array['document', 'document_chunk'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;

grant select, insert, delete on document, document_chunk to ws_app;
grant update (chunks) on document to ws_app;

-- What a bulk edit would change, person by person, sealed under the key of its import: unreadable when
-- that key is gone.
create table bulk_preview (
  client_id uuid not null,
  import_id uuid not null,
  part integer not null,
  ct bytea not null,
  primary key (client_id, import_id, part)
);
alter table bulk_preview alter column ct set storage external;
alter table bulk_preview enable row level security;
alter table bulk_preview force row level security;
create policy bulk_preview_of_client on bulk_preview using (
  client_id = nullif(current_setting('app.client', true), '')::uuid
  or strpos(current_setting('app.clients', true), client_id::text) > 0);
grant select, insert, delete on bulk_preview to ws_app;
