-- Sealing off: the client key lies under a code that nobody here has, and under a key of its own (seal),
-- which the root wraps. While the client is sealed off its key's row is empty and says so (parent seal).
alter table wrapped_key drop constraint wrapped_key_purpose_check;
alter table wrapped_key add constraint wrapped_key_purpose_check check (purpose in
  ('client', 'tag', 'unique', 'record', 'cursor', 'log', 'ledger', 'seal', 'sealed'));
alter table wrapped_key drop constraint wrapped_key_parent_check;
alter table wrapped_key add constraint wrapped_key_parent_check check (parent in
  ('root', 'client', 'seal'));
grant update (parent) on wrapped_key to ws_app;
