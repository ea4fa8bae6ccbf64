/** The sealed records of one block and compartment, as they come, and as the arrays that are written. */
import { hash } from 'node:crypto';
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { CHANGE_BYTES, COMPARTMENTS } from '../../ledger/changed-records.ts';
import type { RecordRows } from '../../vault/import-write-sql.ts';
import { byteaArray, int4Array, uuidArrayOfBytes } from '../../vault/pg-arrays.ts';
import { randomOrder } from './random-order.ts';
import type { WrittenBlock } from './thread-messages.ts';

export interface SealedRows {
  readonly compartment: Compartment;
  readonly ids: Buffer;
  readonly tags: Buffer;
  readonly revisions: number[];
  readonly cts: Buffer[];
  /** Whose row came last, by place in the block: the next one of the same person has the same tag. */
  last: number;
}

/** Room for `count` rows at most. */
export function sealedRows(compartment: Compartment, count: number): SealedRows {
  const ids = Buffer.allocUnsafe(16 * count);
  const tags = Buffer.allocUnsafe(16 * count);
  return { compartment, ids, tags, revisions: [], cts: [], last: -1 };
}

/** In the order of the opaque tags, with the change that the ledger names for each row. */
export function packRows({ compartment, ids, tags, revisions, cts }: SealedRows): {
  rows: RecordRows;
  changes: WrittenBlock['changes'][number];
} {
  const order = randomOrder(tags, 16, cts.length);
  const sorted = Array.from(order, (place) => cts[place]!);
  const numbers = Array.from(order, (place) => revisions[place]!);
  const changes = Buffer.allocUnsafeSlow(CHANGE_BYTES * cts.length);
  for (const [i, place] of order.entries()) {
    const at = CHANGE_BYTES * i;
    ids.copy(changes, at, 16 * place, 16 * place + 16);
    changes.writeUInt32BE(revisions[place]!, at + 16);
    changes.write(hash('sha256', cts[place]!, 'latin1'), at + 20, 'latin1');
  }
  return {
    rows: {
      compartment,
      ids: uuidArrayOfBytes(ids, order),
      revisions: int4Array(numbers),
      tags: uuidArrayOfBytes(tags, order),
      cts: byteaArray(sorted),
    },
    changes: { compartment: COMPARTMENTS.indexOf(compartment), bytes: changes },
  };
}
