/** What has become of an import's records since: an undoing must not take away what somebody else wrote
 * on top of it. Read from the ledger, which names every change. */
import type { Entry } from '#verifier/entry.ts';
import { parseEntry } from '#verifier/entry.ts';
import { toId, uuidOf } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { readAttachedParts, readChangingEntries } from '../../ledger/attached-parts.ts';
import { CHANGE_BYTES, COMPARTMENTS } from '../../ledger/changed-records.ts';
import { openEntry } from '../../ledger/entries.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { tagOf } from '../../vault/crypto/tag.ts';
import { uuidOfHex } from '../../vault/crypto/uuid-bytes.ts';
import { addedAmong, recordPlaces } from '../../vault/import-undo-sql.ts';

const AT_ONCE = 2000;

/** How many records that the import wrote, or of people whom it added, the entries from ≤ index < to
 * have changed. */
export async function countMovedOn(
  house: House,
  state: LedgerState,
  id: string,
  from: number,
  to: number,
): Promise<number> {
  const { database } = house;
  let moved = 0;
  for (const { index, attachment, ct } of await readChangingEntries(database, state, from, to)) {
    const entry = parseEntry(openEntry(state.keys.sealing, state.id, index, ct));
    if (entry.via === toId('import', id)) continue;
    const strangers = new Set<string>();
    for await (const records of changedRecords(house, state, entry, attachment)) {
      const [rows] = await database.batch([state.id], [recordPlaces(state.id, id, records)]);
      for (const { own, stands, tag } of rows!) {
        if (!own) strangers.add(tag as string);
        else if (!stands) moved++;
      }
    }
    if (strangers.size > 0)
      moved += await countOfAdded(house, state, id, entry, attachment, strangers);
  }
  return moved;
}

/** Of these tags, how many are those of people whom the import added, and whom the entry names. */
async function countOfAdded(
  house: House,
  state: LedgerState,
  id: string,
  entry: Entry,
  attachment: string | null,
  tags: ReadonlySet<string>,
): Promise<number> {
  let count = 0;
  for await (const subjects of namedSubjects(house, state, entry, attachment)) {
    const [rows] = await house.database.batch([state.id], [addedAmong(state.id, id, subjects)]);
    for (const row of rows!) {
      const subject = row.subject_id as string;
      for (const compartment of COMPARTMENTS) {
        if (tags.has(tagOf(state.clientKeys.tag, subject, compartment))) count++;
      }
    }
  }
  return count;
}

async function* changedRecords(
  { database }: House,
  state: LedgerState,
  { changes }: Entry,
  attachment: string | null,
): AsyncGenerator<string[], void, undefined> {
  if (changes === null) return;
  if (!('digest' in changes)) {
    yield changes.map(({ record }) => uuidOf(record));
    return;
  }
  for await (const { bytes } of readAttachedParts(database, state, attachment!, 'changes')) {
    const records: string[] = [];
    for (let at = 1; at < bytes.length; at += CHANGE_BYTES) {
      records.push(uuidOfHex(bytes.toString('hex', at, at + 16)));
    }
    yield* inSlices(records);
  }
}

async function* namedSubjects(
  { database }: House,
  state: LedgerState,
  { subjects }: Entry,
  attachment: string | null,
): AsyncGenerator<string[], void, undefined> {
  if (!('digest' in subjects)) {
    yield subjects.map(uuidOf);
    return;
  }
  // Parts of one JSON text, each cut between two ids.
  for await (const { bytes } of readAttachedParts(database, state, attachment!, 'subjects')) {
    const ids = bytes.toString('latin1').match(/sub_[0-9a-f-]{36}/g) ?? [];
    yield* inSlices(ids.map(uuidOf));
  }
}

function* inSlices(items: readonly string[]): Generator<string[], void, undefined> {
  for (let at = 0; at < items.length; at += AT_ONCE) yield items.slice(at, at + AT_ONCE);
}
