-- What waits for a signature, the texts that facts name by their digest, and who has viewed which part of
-- a text. An offer and a text are sealed; a text is found by the keyed hash of its digest.
create table signing_offer (
  client_id uuid not null,
  offer_id uuid not null,
  expires_at timestamptz not null,
  used boolean not null,
  ct bytea not null,
  primary key (client_id, offer_id)
);

create table sealed_text (
  client_id uuid not null,
  text_hash bytea not null,
  ct bytea not null,
  primary key (client_id, text_hash)
);

create table text_view (
  client_id uuid not null,
  user_id uuid not null,
  text_id uuid not null,
  part integer not null,
  primary key (client_id, user_id, text_id, part)
);

alter table signing_offer alter column ct set storage external;
alter table sealed_text alter column ct set storage external;

do $$
declare t text;
begin
  foreach t in array array['signing_offer', 'sealed_text', 'text_view'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy %I on %I using (
      client_id = nullif(current_setting('app.client', true), '')::uuid
      or strpos(current_setting('app.clients', true), client_id::text) > 0)$p$,
      t || '_of_client', t);
  end loop;
end $$;

grant select, insert, delete on signing_offer to ws_app;
grant update (used, ct) on signing_offer to ws_app;
grant select, insert on sealed_text, text_view to ws_app;
grant update (ct) on sealed_text to ws_app;
