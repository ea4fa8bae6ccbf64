/** In a thread: writes one block of the file. Whoever is there already is read, opened and compared;
 * when somebody else was quicker, the block is done again. */
import { SEEN_COLUMN, seenRecords } from './bulk-mapping.ts';
import type { Caller } from './calls.ts';
import { needsOf } from './check-block.ts';
import type { CompiledMapping } from './file/compile-mapping.ts';
import type { MappedRow } from './file/map-row.ts';
import { hashOf } from './hash-of.ts';
import type { Block } from './read-blocks.ts';
import { compartmentsOf, type HeldPerson, readHeld } from './read-held.ts';
import { sealBlock } from './seal-block.ts';
import type { JobServices, ThreadData, WrittenBlock } from './thread-messages.ts';

const ATTEMPTS_MAX = 20;
const NOBODY: ReadonlyMap<number, HeldPerson> = new Map();

export type WriteBlock = (block: Block, findPeople: boolean) => Promise<void>;

export function blockWriter(
  data: ThreadData,
  compiled: CompiledMapping,
  job: Caller<JobServices>,
  skip: ReadonlySet<number>,
): WriteBlock {
  const compartments = compartmentsOf(data, compiled);
  const needs = needsOf(compiled);

  return async (block, findPeople) => {
    const rows = rowsOf(data, compiled, block, skip);
    if (rows.length === 0) return;
    const hashes = rows.map((row) => hashOf(data, compiled, row));
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const held =
        findPeople || attempt > 0 ? await readHeld(data, compartments, job, hashes) : NOBODY;
      const isAsChecked =
        needs === 'unknown' ? held.size === 0 : !needs || held.size === rows.length;
      if (!isAsChecked) throw new Error('people came or went since the check');
      if (compiled.isBulk) checkSeen(block, held);
      const sealed = sealBlock(data, compiled, rows, hashes, held);
      const written = { ...sealed, block: block.block };
      if (await job.call('write', written, ownBuffers(written))) return;
    }
    throw new Error('the people of a block kept changing');
  };
}

/** The rows of a block that are to be stored. */
function rowsOf(
  { onError }: ThreadData,
  compiled: CompiledMapping,
  block: Block,
  skip: ReadonlySet<number>,
): MappedRow[] {
  return block.rows.flatMap((cells, i) => {
    const mapped = compiled.mapRow(cells, block.numbers[i]!);
    if (!('errors' in mapped)) return skip.has(mapped.row) ? [] : [mapped];
    if (onError === 'refuse') throw new Error('a row that was without error has one');
    return [];
  });
}

/** A bulk edit writes what was previewed, or nothing. */
function checkSeen({ rows }: Block, held: ReadonlyMap<number, HeldPerson>): void {
  for (const [i, cells] of rows.entries()) {
    const { records } = held.get(i)!;
    if (seenRecords(records) === cells[SEEN_COLUMN]) continue;
    throw new Error('somebody was changed since the preview');
  }
}

/** What can be handed over instead of copied: large arrays have a buffer of their own. */
function ownBuffers(block: WrittenBlock): ArrayBuffer[] {
  const { subjects, records, changes, people } = block;
  const arrays: Uint8Array[] = [people, ...changes.map(({ bytes }) => bytes)];
  if (subjects) arrays.push(subjects.ids, subjects.hashes, subjects.keyrings);
  for (const { ids, revisions, tags, cts } of records) arrays.push(ids, revisions, tags, cts);
  return arrays
    .filter((array) => array.byteLength > 0 && array.byteLength === array.buffer.byteLength)
    .map((array) => array.buffer as ArrayBuffer);
}
