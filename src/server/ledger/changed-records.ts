/** What the ledger says about the stored records: revision and digest of each change to the records of
 * some compartments that the entries of a range have made. Lists too long for an entry are read from
 * their sealed attachment, which one compartment's part after the other holds in binary form. */
import { hash, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import { type Change, parseEntry } from '#verifier/entry.ts';
import type { Compartment } from '../../catalogue/catalogue.ts';
import { uuidOf } from '../../contract/ids.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import { writeUuid } from '../vault/crypto/uuid-bytes.ts';
import { openAttachment } from './attachments.ts';
import { openEntry } from './entries.ts';

/** Changes in the order of the ledger. A record that was changed more than once stands here more than
 * once: the last one counts, which an undoing makes an earlier revision. */
export interface RecordChanges {
  readonly count: number;
  /** CHANGE_BYTES each. */
  readonly packed: Buffer;
}

export interface ChangedRecordsRequest {
  /** In a transaction that names the client. */
  readonly db: pg.ClientBase;
  readonly access: {
    readonly clientId: string;
    readonly keys: { readonly ledger: ReadonlyMap<number, KeyObject> };
  };
  readonly compartments: readonly Compartment[];
  readonly from: number;
  readonly to: number;
}

/** A change: record id (16) ‖ revision (u32) ‖ SHA-256 of the stored ciphertext (32). In attachments they
 * stand behind one byte that numbers the compartment in the list below. */
export const CHANGE_BYTES = 52;
/** The digest of no bytes: nothing is stored of the record any more. */
export const GONE = hash('sha256', '', 'buffer');
export const COMPARTMENTS: readonly Compartment[] = [
  'personnel',
  'contact',
  'pay',
  'identity',
  'demographic',
  'medical',
  'bank',
  'conduct',
];

/** Every change that the entries from ≤ index < to made. */
export async function readChangedRecords(request: ChangedRecordsRequest): Promise<RecordChanges> {
  const { db, access, from, to } = request;
  const wanted = new Set(
    request.compartments.map((compartment) => COMPARTMENTS.indexOf(compartment)),
  );
  const entries = await db.query({
    name: 'changes/entries',
    text: `select idx, attachment, ct from ledger_entry
      where client_id = $1 and has_changes and idx >= $2 and idx < $3 order by idx`,
    values: [access.clientId, from, to],
  });
  const lists: Buffer[] = [];
  for (const row of entries.rows) {
    const index = Number(row.idx);
    const { changes } = parseEntry(openEntry(access.keys.ledger, access.clientId, index, row.ct));
    if (changes === null) continue;
    if ('digest' in changes) lists.push(...(await readAttached(request, row.attachment, wanted)));
    else lists.push(await packListed(request, changes));
  }
  const packed = lists.length === 1 ? lists[0]! : Buffer.concat(lists);
  return { count: packed.length / CHANGE_BYTES, packed };
}

async function readAttached(
  { db, access }: ChangedRecordsRequest,
  attachment: string,
  wanted: ReadonlySet<number>,
): Promise<Buffer[]> {
  const parts = await db.query({
    name: 'changes/attachment',
    text: `select part, kind, ct from ledger_attachment
      where client_id = $1 and attachment_id = $2 and kind = 'changes' order by part`,
    values: [access.clientId, attachment],
  });
  if (parts.rows.length === 0) throw new SealError('format');
  return parts.rows
    .map((row) => openAttachment(access.keys.ledger, access.clientId, attachment, row))
    .filter((bytes) => wanted.has(bytes[0]!))
    .map((bytes) => {
      if (bytes.length % CHANGE_BYTES !== 1) throw new SealError('format');
      return bytes.subarray(1);
    });
}

/** Entries do not say in which compartment a record lies; its row does, if it is still there. */
async function packListed(
  { db, access, compartments }: ChangedRecordsRequest,
  changes: readonly Change[],
): Promise<Buffer> {
  const records = changes.map((change) => uuidOf(change.record));
  const found = await db.query({
    name: 'changes/compartments',
    text: `select distinct record_id from record
      where client_id = $1 and record_id = any($2::uuid[]) and compartment <> all($3::text[])`,
    values: [access.clientId, records, compartments],
  });
  const elsewhere = new Set(found.rows.map((row) => row.record_id));
  const packed = Buffer.alloc(CHANGE_BYTES * changes.length);
  let end = 0;
  for (const [i, change] of changes.entries()) {
    if (elsewhere.has(records[i])) continue;
    writeUuid(packed, end, records[i]!);
    packed.writeUInt32BE(change.revision, end + 16);
    packed.write(change.digest.slice('sha256:'.length), end + 20, 'hex');
    end += CHANGE_BYTES;
  }
  return packed.subarray(0, end);
}
