/** In a thread: maps one block of the file and says all that is wrong with it, writing nothing. */
import { createHmac, hash, type KeyObject } from 'node:crypto';
import { jcs } from '#verifier/jcs.ts';
import { foldCase } from '../../vault/crypto/unique-hash.ts';
import { byteaArray } from '../../vault/pg-arrays.ts';
import type { CheckHeld } from './check-held.ts';
import { ERRORS_LISTED_MAX } from './error-list.ts';
import type { CompiledMapping } from './file/compile-mapping.ts';
import type { MappedRow } from './file/map-row.ts';
import { identityOf } from './file/record-rule.ts';
import { hashOf } from './hash-of.ts';
import type { ImportError } from './import-status.ts';
import type { Block } from './read-blocks.ts';
import type { CheckedBlock, ThreadData } from './thread-messages.ts';

export const KEY_BYTES = 16;

/** `checkHeld` says what is wrong with rows for what is on record already. */
export async function checkBlock(
  data: ThreadData,
  compiled: CompiledMapping,
  block: Block,
  checkHeld: CheckHeld | null,
): Promise<CheckedBlock> {
  const { keys } = data;
  const errors: ImportError[] = [];
  const sound: MappedRow[] = [];
  let errorCount = 0;
  let discarded = 0;
  for (const [i, cells] of block.rows.entries()) {
    const mapped = compiled.mapRow(cells, block.numbers[i]!);
    if ('errors' in mapped) {
      discarded++;
      errorCount += mapped.errors.length;
      for (const { row, column, reason } of mapped.errors) {
        if (errors.length < ERRORS_LISTED_MAX) errors.push({ row, column: column ?? '', reason });
      }
      continue;
    }
    sound.push(mapped);
  }
  const faults = checkHeld ? await checkHeld(sound) : new Map<number, ImportError>();
  if (faults.size > 0) {
    discarded += faults.size;
    errorCount += faults.size;
    errors.push(...faults.values());
    errors.sort((a, b) => a.row - b.row);
    errors.splice(ERRORS_LISTED_MAX);
  }
  const rows = faults.size > 0 ? sound.filter((_, i) => !faults.has(i)) : sound;
  const needs = needsOf(compiled);
  const hashes = needs && rows.map((row) => hashOf(data, compiled, row));
  return {
    block: block.block,
    rows: block.rows.length,
    discarded,
    errorCount,
    errors,
    late: Uint32Array.from(faults.values(), ({ row }) => row),
    at: Uint32Array.from(rows, ({ row }) => row),
    keys: keysOf(rows),
    records: compiled.hasRepeats ? rows.map((row) => recordsOf(keys.unique, compiled, row)) : null,
    keyHeader: compiled.keyHeader ?? '',
    hashes: hashes && byteaArray(hashes),
    needs,
  };
}

/** To compare over the whole file, letter case folded, in a few bytes for each row. */
function keysOf(rows: readonly MappedRow[]): Uint8Array {
  const keys = Buffer.allocUnsafeSlow(KEY_BYTES * rows.length);
  for (const [i, { staffNumber }] of rows.entries()) {
    hash('sha256', foldCase(staffNumber), 'buffer').copy(keys, KEY_BYTES * i, 0, KEY_BYTES);
  }
  return keys;
}

/** Of each record that the row gives the type and a keyed hash of what identifies it: the job, which
 * compares them over the whole file, sees no values. */
function recordsOf(
  uniqueKey: KeyObject,
  { types }: CompiledMapping,
  { staffNumber, types: mapped }: MappedRow,
): readonly (readonly [type: string, identity: string])[] {
  return mapped.map(({ type, values }) => {
    const { rule } = types.find(({ id }) => id === type)!;
    const text = jcs([foldCase(staffNumber), type, ...identityOf(rule, values)]);
    const hmac = createHmac('sha256', uniqueKey).update(`import-record/1 ${text}`);
    return [type, hmac.digest('latin1').slice(0, 12)] as const;
  });
}

/** Generated staff numbers must be nobody's yet; a file without employment can add nobody. */
export function needsOf({ generates, isBulk, types }: CompiledMapping): CheckedBlock['needs'] {
  if (generates) return 'unknown';
  if (isBulk) return 'known';
  return types.some((type) => type.id === 'employment') ? null : 'known';
}
