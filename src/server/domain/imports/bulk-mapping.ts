/** What bulk editing adds to a mapping: the rows are people who are there, known by the first column; the
 * second says what was on record of them when the edit was previewed. A mapping that comes from outside
 * cannot say so: its schema knows no such key. */
import { createHash } from 'node:crypto';
import type { Mapping } from '../../../contract/mapping.ts';
import type { SealedRecord } from '../../vault/sealed-record.ts';
import type { StoredValue } from '../../vault/store.ts';
import { asBuffer } from './file/detect-encoding.ts';

/** `correct`: the record in force is corrected; `period`: a new one begins on the effective day. */
export type BulkKind = 'correct' | 'period';

export type BulkMapping = Mapping & { readonly bulk: BulkKind };

export const NUMBER_HEADER = 'Staff number';
export const SEEN_HEADER = 'Seen';
export const SEEN_COLUMN = 1;

export function bulkMapping(
  set: Readonly<Record<string, StoredValue>>,
  effective: string | null,
): BulkMapping {
  return {
    version: 1,
    columns: {
      [NUMBER_HEADER]: { element: 'employment.staffNumber' },
      [SEEN_HEADER]: { discard: true },
    },
    constants: set as NonNullable<Mapping['constants']>,
    key: { element: 'employment.staffNumber' },
    ...(effective !== null && { effective }),
    bulk: effective === null ? 'correct' : 'period',
  };
}

export function bulkKind(mapping: Mapping): BulkKind | null {
  return (mapping as Partial<BulkMapping>).bulk ?? null;
}

/** Stands for the records of a person in the compartments that the edit touches, byte for byte. */
export function seenRecords(records: readonly Pick<SealedRecord, 'record' | 'ct'>[]): string {
  const lines = records.map(({ record, ct }) => {
    const digest = createHash('sha256').update(asBuffer(ct)).digest('base64');
    return `${record}/${digest}`;
  });
  return createHash('sha256').update(lines.sort().join('\n')).digest('base64url');
}
