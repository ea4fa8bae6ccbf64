-- Spreads the tables of a migrated WorkSmartly database over the nodes of Citus, by client. Run it
-- once as the role that owns the tables, on the coordinator, while no server runs; after an upgrade
-- that brings tables, run the lines that are new. test/guarantees/schema.test.ts holds it complete.
-- docs/operations.md has the steps before and after. `migration` stays on the coordinator.

-- The role that serves names its client by SET LOCAL, which must reach the nodes.
alter role ws_app set citus.propagate_set_commands = 'local';

-- The same on every node.
select create_reference_table('instance');
select create_reference_table('invitation');
select create_reference_table('passkey');
select create_reference_table('recovery');
select create_reference_table('registry');
select create_reference_table('session');
select create_reference_table('spent_challenge');
select create_reference_table('token');
select create_reference_table('user_account');

-- By client; all of one client on one node.
select create_distributed_table('head', 'client_id', colocate_with => 'none');
select create_distributed_table('adoption', 'client_id', colocate_with => 'head');
select create_distributed_table('bulk_preview', 'client_id', colocate_with => 'head');
select create_distributed_table('checkpoint', 'client_id', colocate_with => 'head');
select create_distributed_table('client_profile', 'client_id', colocate_with => 'head');
select create_distributed_table('detection_state', 'client_id', colocate_with => 'head');
select create_distributed_table('document', 'client_id', colocate_with => 'head');
select create_distributed_table('document_chunk', 'client_id', colocate_with => 'head');
select create_distributed_table('exception_reason', 'client_id', colocate_with => 'head');
select create_distributed_table('identity_provider', 'client_id', colocate_with => 'head');
select create_distributed_table('import_block', 'client_id', colocate_with => 'head');
select create_distributed_table('import_chunk', 'client_id', colocate_with => 'head');
select create_distributed_table('import_error', 'client_id', colocate_with => 'head');
select create_distributed_table('job', 'client_id', colocate_with => 'head');
select create_distributed_table('ledger_attachment', 'client_id', colocate_with => 'head');
select create_distributed_table('ledger_entry', 'client_id', colocate_with => 'head');
select create_distributed_table('office', 'client_id', colocate_with => 'head');
select create_distributed_table('oidc_subject', 'client_id', colocate_with => 'head');
select create_distributed_table('proposal', 'client_id', colocate_with => 'head');
select create_distributed_table('record', 'client_id', colocate_with => 'head');
select create_distributed_table('replay', 'client_id', colocate_with => 'head');
select create_distributed_table('report_run', 'client_id', colocate_with => 'head');
select create_distributed_table('report_schedule', 'client_id', colocate_with => 'head');
select create_distributed_table('saved_run', 'client_id', colocate_with => 'head');
select create_distributed_table('sealed_text', 'client_id', colocate_with => 'head');
select create_distributed_table('signing_offer', 'client_id', colocate_with => 'head');
select create_distributed_table('staff_import', 'client_id', colocate_with => 'head');
select create_distributed_table('subject', 'client_id', colocate_with => 'head');
select create_distributed_table('text_view', 'client_id', colocate_with => 'head');
select create_distributed_table('user_client', 'client_id', colocate_with => 'head');
select create_distributed_table('wrapped_key', 'client_id', colocate_with => 'head');
