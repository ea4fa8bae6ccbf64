/** The changes of an entry that tells that nothing is stored of records any more: the first revision with
 * the digest of no bytes for each, beside the entry where they are many. */
import type { Change, ListDigest } from '#verifier/entry.ts';
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { CHANGE_BYTES, COMPARTMENTS, GONE } from '../../ledger/changed-records.ts';
import { writeUuid } from '../../vault/crypto/uuid-bytes.ts';
import type { Row } from '../../vault/database.ts';
import { digestChanges } from '../imports/digest-changes.ts';
import { unpacked } from '../imports/undo-changes.ts';

const LIST_MAX = 100;

export interface GoneChanges {
  readonly changes: readonly Change[] | ListDigest | null;
  readonly parts: readonly { readonly kind: 'changes'; readonly bytes: Buffer }[];
  /** How many records. */
  readonly records: number;
}

export function goneChanges(revisions: readonly Row[]): GoneChanges {
  const byCompartment = new Map<number, Map<string, Buffer>>();
  for (const row of revisions) {
    const number = COMPARTMENTS.indexOf(row.compartment as Compartment);
    const record = row.record_id as string;
    const change = Buffer.alloc(CHANGE_BYTES);
    writeUuid(change, 0, record);
    change.writeUInt32BE(1, 16);
    GONE.copy(change, 20);
    const known = byCompartment.get(number) ?? new Map<string, Buffer>();
    byCompartment.set(number, known.set(record, change));
  }
  const lists = [...byCompartment].map(([number, of]) => ({
    number,
    packed: Buffer.concat([...of.values()]),
  }));
  const packed = lists.map((list) => list.packed);
  const records = packed.reduce((sum, { length }) => sum + length, 0) / CHANGE_BYTES;
  if (records === 0) return { changes: null, parts: [], records };
  if (records <= LIST_MAX) {
    return { changes: unpacked(Buffer.concat(packed)), parts: [], records };
  }
  const parts = lists.map((list) => ({
    kind: 'changes' as const,
    bytes: Buffer.concat([Buffer.of(list.number), list.packed]),
  }));
  return { changes: { count: records, digest: digestChanges(packed) }, parts, records };
}
