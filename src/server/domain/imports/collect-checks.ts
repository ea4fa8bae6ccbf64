/** Puts the checked blocks of a file together in their order: all errors counted, the first ones kept,
 * and what only the whole file and the client's people can say. */
import { KEY_BYTES } from './check-block.ts';
import type { ErrorList } from './error-list.ts';
import { asBuffer } from './file/detect-encoding.ts';
import { findRepeatedRecord } from './file/find-repeated-record.ts';
import type { ImportError, ImportStatus } from './import-status.ts';
import { findRepeatedRow } from './repeated-keys.ts';
import type { CheckedBlock, FoundPerson } from './thread-messages.ts';

const ERRORS_MAX = 1000;

export interface CheckCollector {
  /** Blocks come in any order. */
  add(block: CheckedBlock): Promise<void>;
  /** The rows that map well and must be left out all the same, ascending. */
  skipped(): Uint32Array;
}

/** `find` answers whose hashes (bytea[]) are known, in any order. */
export function collectChecks(
  status: ImportStatus,
  list: ErrorList,
  find: (hashes: Uint8Array) => Promise<readonly FoundPerson[]>,
): CheckCollector {
  const waiting = new Map<number, { block: CheckedBlock; bad: ReadonlySet<number> }>();
  const skip: Uint32Array[] = [];
  const repeated = findRepeatedRow();
  const repeatedRecord = findRepeatedRecord();
  let next = 0;
  let taking: Promise<void> = Promise.resolve();

  async function take(block: CheckedBlock, bad: ReadonlySet<number>): Promise<void> {
    const errors = [...block.errors];
    const own: number[] = [];
    const twiceOf = (i: number, row: number): string | undefined => {
      if (block.records) return repeatedRecord(block.records[i]!, row)?.reason;
      const first = repeated(block.keys, KEY_BYTES * i, row);
      return first === undefined ? undefined : `has the staff number of row ${first}`;
    };
    for (const [i, row] of block.at.entries()) {
      const reason = twiceOf(i, row) ?? (bad.has(i) ? strangers[block.needs!] : undefined);
      if (reason === undefined) continue;
      own.push(row);
      errors.push({ row, column: block.keyHeader, reason });
    }
    if (own.length > 0) errors.sort((a, b) => a.row - b.row);
    const left = Uint32Array.from([...own, ...block.late]).sort();
    if (left.length > 0) skip.push(left);
    status.rows.read += block.rows;
    status.rows.discarded += block.discarded + own.length;
    addErrors(status, block.errorCount + own.length, errors);
    await list.add(errors);
  }

  return {
    async add(block) {
      waiting.set(block.block, { block, bad: await badRows(block, find) });
      for (let ready = waiting.get(next); ready; ready = waiting.get(++next)) {
        const { block: one, bad } = ready;
        waiting.delete(next);
        taking = taking.then(() => take(one, bad));
      }
      await taking;
    },
    skipped() {
      const all = new Uint32Array(skip.reduce((sum, rows) => sum + rows.length, 0));
      let at = 0;
      for (const rows of skip) {
        all.set(rows, at);
        at += rows.length;
      }
      return all;
    },
  };
}

const strangers = {
  unknown: 'would get a generated staff number that somebody has already: choose another prefix',
  known: 'is nobody’s staff number, and the file gives no employment to add somebody with',
};

/** Positions of the rows whose staff number must not, or must, be somebody's. */
async function badRows(
  { needs, hashes, at }: CheckedBlock,
  find: (hashes: Uint8Array) => Promise<readonly FoundPerson[]>,
): Promise<ReadonlySet<number>> {
  if (!needs || !hashes || at.length === 0) return new Set();
  const found = await find(hashes);
  const known = new Set(found.map(({ hash }) => asBuffer(hash).toString('latin1')));
  const bad = new Set<number>();
  for (const i of at.keys()) {
    if (known.has(hashAt(hashes, i)) === (needs === 'unknown')) bad.add(i);
  }
  return bad;
}

/** The i-th element of a binary bytea[] of 32-byte hashes. */
function hashAt(hashes: Uint8Array, i: number): string {
  const at = 20 + 36 * i + 4;
  return asBuffer(hashes.subarray(at, at + 32)).toString('latin1');
}

/** Counts all errors and keeps the first. */
export function addErrors(
  status: ImportStatus,
  count: number,
  errors: readonly ImportError[],
): void {
  status.errorCount += count;
  const room = ERRORS_MAX - status.errors.length;
  if (room > 0 && errors.length > 0) status.errors = [...status.errors, ...errors.slice(0, room)];
}
