/** In a thread: maps one block of the file and says all that is wrong with it, writing nothing. */
import { foldCase, uniqueHash } from '../../vault/crypto/unique-hash.ts';
import { byteaArray } from '../../vault/pg-arrays.ts';
import type { CompiledMapping } from './file/compile-mapping.ts';
import { ownText } from './file/own-text.ts';
import type { ImportError } from './import-status.ts';
import type { Block } from './read-blocks.ts';
import type { CheckedBlock, ThreadData } from './thread-messages.ts';

const ERRORS_MAX = 1000;

export function checkBlock(
  { keys }: ThreadData,
  compiled: CompiledMapping,
  block: Block,
): CheckedBlock {
  const errors: ImportError[] = [];
  const numbers: string[] = [];
  const at: number[] = [];
  let errorCount = 0;
  let discarded = 0;
  for (const [i, cells] of block.rows.entries()) {
    const mapped = compiled.mapRow(cells, block.numbers[i]!);
    if ('errors' in mapped) {
      discarded++;
      errorCount += mapped.errors.length;
      for (const { row, column, reason } of mapped.errors) {
        if (errors.length < ERRORS_MAX) errors.push({ row, column: column ?? '', reason });
      }
      continue;
    }
    numbers.push(ownText(foldCase(mapped.staffNumber)));
    at.push(mapped.row);
  }
  const needs = needsOf(compiled);
  const hashes = needs && numbers.map((number) => uniqueHash(keys.unique, 'staff-number', number));
  return {
    block: block.block,
    rows: block.rows.length,
    discarded,
    errorCount,
    errors,
    numbers,
    at,
    keyHeader: compiled.keyHeader ?? '',
    hashes: hashes && byteaArray(hashes),
    needs,
  };
}

/** Generated staff numbers must be nobody's yet; a file without employment can add nobody. */
export function needsOf({ generates, types }: CompiledMapping): CheckedBlock['needs'] {
  if (generates) return 'unknown';
  return types.some((type) => type.id === 'employment') ? null : 'known';
}
