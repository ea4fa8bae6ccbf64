/** Puts the checked blocks of a file together in their order: all errors counted, the first ones kept,
 * and what only the whole file and the client's people can say. */
import { findRepeatedKey } from './file/find-repeated-key.ts';
import { findRepeatedRecord } from './file/find-repeated-record.ts';
import type { ImportError, ImportStatus } from './import-status.ts';
import type { CheckedBlock, FoundPerson } from './thread-messages.ts';

const ERRORS_MAX = 1000;

export interface CheckCollector {
  /** Blocks come in any order. */
  add(block: CheckedBlock): Promise<void>;
}

/** `find` answers whose hashes (bytea[]) are known, in any order. */
export function collectChecks(
  status: ImportStatus,
  find: (hashes: Uint8Array) => Promise<readonly FoundPerson[]>,
): CheckCollector {
  const waiting = new Map<number, { block: CheckedBlock; bad: ReadonlySet<number> }>();
  let next = 0;
  let repeated: ReturnType<typeof findRepeatedKey> | undefined;
  const repeatedRecord = findRepeatedRecord();

  function take(block: CheckedBlock, bad: ReadonlySet<number>): void {
    repeated ??= findRepeatedKey(block.keyHeader);
    const errors = [...block.errors];
    let discarded = 0;
    let more = 0;
    for (const [i, number] of block.numbers.entries()) {
      const row = block.at[i]!;
      const twice = block.records ? repeatedRecord(block.records[i]!, row) : repeated(number, row);
      const reason = twice?.reason ?? (bad.has(i) ? strangers[block.needs!] : undefined);
      if (reason === undefined) continue;
      discarded++;
      more++;
      if (errors.length < ERRORS_MAX) errors.push({ row, column: block.keyHeader, reason });
    }
    if (more > 0) errors.sort((a, b) => a.row - b.row);
    status.rows.read += block.rows;
    status.rows.discarded += block.discarded + discarded;
    addErrors(status, block.errorCount + more, errors);
  }

  return {
    async add(block) {
      waiting.set(block.block, { block, bad: await badRows(block, find) });
      for (let ready = waiting.get(next); ready; ready = waiting.get(++next)) {
        waiting.delete(next);
        take(ready.block, ready.bad);
      }
    },
  };
}

const strangers = {
  unknown: 'would get a generated staff number that somebody has already: choose another prefix',
  known: 'is nobody’s staff number, and the file gives no employment to add somebody with',
};

/** Positions of the rows whose staff number must not, or must, be somebody's. */
async function badRows(
  { needs, hashes, numbers }: CheckedBlock,
  find: (hashes: Uint8Array) => Promise<readonly FoundPerson[]>,
): Promise<ReadonlySet<number>> {
  if (!needs || !hashes || numbers.length === 0) return new Set();
  const found = await find(hashes);
  const known = new Set(found.map(({ hash }) => Buffer.from(hash).toString('latin1')));
  const bad = new Set<number>();
  for (const i of numbers.keys()) {
    if (known.has(hashAt(hashes, i)) === (needs === 'unknown')) bad.add(i);
  }
  return bad;
}

/** The i-th element of a binary bytea[] of 32-byte hashes. */
function hashAt(hashes: Uint8Array, i: number): string {
  const at = 20 + 36 * i + 4;
  return Buffer.from(hashes.subarray(at, at + 32)).toString('latin1');
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
