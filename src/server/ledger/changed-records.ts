/** What the ledger says about the stored records: the last revision and digest of each record of some
 * compartments that the entries of a range have changed. Lists too long for an entry are read from
 * their sealed attachment, which one compartment's part after the other holds in binary form. */
import type { KeyObject } from 'node:crypto';
import type pg from 'pg';
import { type Change, parseEntry } from '#verifier/entry.ts';
import type { Compartment } from '../../catalogue/catalogue.ts';
import { uuidOf } from '../../contract/ids.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import { writeUuid } from '../vault/crypto/uuid-bytes.ts';
import { openAttachment } from './attachments.ts';
import { openEntry } from './entries.ts';

/** The last revision of each record and the SHA-256 of its stored ciphertext, by position. */
export interface RecordDigests {
  /** 16 bytes each. */
  readonly ids: Uint8Array;
  readonly revisions: Int32Array;
  /** 32 bytes each. */
  readonly digests: Uint8Array;
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

/** In attachments: record id (16) ‖ revision (u32) ‖ digest (32), behind one byte that numbers the
 * compartment in this list. */
export const CHANGE_BYTES = 52;
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

/** Every record that the entries from ≤ index < to changed, once, with its last revision. */
export async function readChangedRecords(request: ChangedRecordsRequest): Promise<RecordDigests> {
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
  const last = new LastRevisions();
  for (const row of entries.rows) {
    const index = Number(row.idx);
    const { changes } = parseEntry(openEntry(access.keys.ledger, access.clientId, index, row.ct));
    if (changes === null) continue;
    if ('digest' in changes) await addAttached(request, row.attachment, wanted, last);
    else await addListed(request, changes, last);
  }
  return last.all();
}

async function addAttached(
  { db, access }: ChangedRecordsRequest,
  attachment: string,
  wanted: ReadonlySet<number>,
  last: LastRevisions,
): Promise<void> {
  const parts = await db.query({
    name: 'changes/attachment',
    text: `select part, kind, ct from ledger_attachment
      where client_id = $1 and attachment_id = $2 and kind = 'changes' order by part`,
    values: [access.clientId, attachment],
  });
  if (parts.rows.length === 0) throw new SealError('format');
  for (const row of parts.rows) {
    const bytes = openAttachment(access.keys.ledger, access.clientId, attachment, row);
    if (!wanted.has(bytes[0]!)) continue;
    for (let at = 1; at < bytes.length; at += CHANGE_BYTES) last.set(bytes, at);
  }
}

/** Entries do not say in which compartment a record lies; its row does, if it is still there. */
async function addListed(
  { db, access, compartments }: ChangedRecordsRequest,
  changes: readonly Change[],
  last: LastRevisions,
): Promise<void> {
  const records = changes.map((change) => uuidOf(change.record));
  const found = await db.query({
    name: 'changes/compartments',
    text: `select distinct record_id from record
      where client_id = $1 and record_id = any($2::uuid[]) and compartment <> all($3::text[])`,
    values: [access.clientId, records, compartments],
  });
  const elsewhere = new Set(found.rows.map((row) => row.record_id));
  const packed = Buffer.alloc(CHANGE_BYTES);
  for (const [i, change] of changes.entries()) {
    if (elsewhere.has(records[i])) continue;
    writeUuid(packed, 0, records[i]!);
    packed.writeUInt32BE(change.revision, 16);
    packed.write(change.digest.slice('sha256:'.length), 20, 'hex');
    last.set(packed, 0);
  }
}

/** The last revision of each record, in packed arrays: there may be millions. */
class LastRevisions {
  readonly #positions = new Map<string, number>();
  #packed = Buffer.allocUnsafe(CHANGE_BYTES * 1024);
  #count = 0;

  set(bytes: Buffer, at: number): void {
    const record = bytes.toString('latin1', at, at + 16);
    let position = this.#positions.get(record);
    if (position === undefined) {
      position = this.#count++;
      this.#positions.set(record, position);
      if (CHANGE_BYTES * this.#count > this.#packed.length) this.#grow();
    } else if (
      this.#packed.readInt32BE(CHANGE_BYTES * position + 16) > bytes.readInt32BE(at + 16)
    ) {
      return;
    }
    bytes.copy(this.#packed, CHANGE_BYTES * position, at, at + CHANGE_BYTES);
  }

  all(): RecordDigests {
    const ids = new Uint8Array(16 * this.#count);
    const revisions = new Int32Array(this.#count);
    const digests = new Uint8Array(32 * this.#count);
    for (let i = 0; i < this.#count; i++) {
      const at = CHANGE_BYTES * i;
      ids.set(this.#packed.subarray(at, at + 16), 16 * i);
      revisions[i] = this.#packed.readInt32BE(at + 16);
      digests.set(this.#packed.subarray(at + 20, at + 52), 32 * i);
    }
    return { ids, revisions, digests };
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#packed.length * 2);
    this.#packed.copy(larger);
    this.#packed = larger;
  }
}
