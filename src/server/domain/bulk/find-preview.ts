/** The preview that a call names. It is found by who made it, while its key is there. */
import { parseId } from '../../../contract/ids.ts';
import { REASONS } from '../../../contract/promises.ts';
import { notFound, Refusal } from '../../fault.ts';
import { readPreviewParts } from '../../vault/bulk-sql.ts';
import { readImportRow } from '../../vault/import-sql.ts';
import { unwrapImportKey } from '../imports/import-key.ts';
import type { Call } from '../operation.ts';
import { openPreview, type Preview } from './preview.ts';

/** Throws notFound for what is no preview of the caller's; a Refusal for types outside the grant. */
export async function findPreview(call: Call, id: string): Promise<Preview> {
  const { house, state, principal, grant } = call;
  const client = state.id;
  const uuid = parseId('import', id)!;
  const [rows, parts] = await house.database.batch(
    [client],
    [readImportRow(client, uuid), readPreviewParts(client, uuid)],
  );
  const wrapped = rows![0]?.wrapped as Buffer | null | undefined;
  if (!wrapped || parts!.length === 0) throw notFound();
  const key = unwrapImportKey(state.clientKeys.client, client, uuid, wrapped);
  const sealed = parts!.map((row) => row.ct as Buffer);
  const preview = openPreview(key, client, uuid, sealed);
  if (preview.user !== principal.user) throw notFound();
  if ([...preview.types, 'employment'].some((type) => !grant!.types.has(type))) {
    const { sentence, promise } = REASONS['type-not-instructed'];
    throw new Refusal(403, ['type-not-instructed'], sentence, { promise });
  }
  return preview;
}
