/** A stored ledger held against itself: each entry against its leaf hash, against the columns by which
 * facts and changes are found, and against the lists beside it; and all leaves against the head. */
import { hash } from 'node:crypto';
import { type Entry, parseEntry } from '#verifier/entry.ts';
import { appendLeaf, leafHash, rootOfFrontier } from '#verifier/merkle.ts';
import { digestChanges } from './domain/imports/digest-changes.ts';
import { attachmentStatement, openAttachment } from './ledger/attachments.ts';
import { openEntry } from './ledger/entries.ts';
import type { LedgerState } from './ledger/ledger-state.ts';
import { rootOfHead } from './ledger/marks.ts';
import type { Database, Row } from './vault/database.ts';

const PAGE = 2000;

/** What is wrong with the first entry that is not as it was written; null when all of them are. */
export async function checkLedger(database: Database, state: LedgerState): Promise<string | null> {
  const { head } = state;
  const lists = new Set<string>();
  let frontier: Buffer[] = [];
  for (let from = 0; from < head.size; from += PAGE) {
    const to = Math.min(from + PAGE, head.size);
    const [rows] = await database.batch([state.id], [pageStatement(state.id, from, to)]);
    for (let index = from; index < to; index++) {
      const row = rows![index - from];
      if (row?.idx !== index) return `entry ${index} is missing`;
      const entry = openRow(state, index, row);
      if (entry === null) return `entry ${index} was changed`;
      if (!(await areListsRight(database, state, row, entry, lists))) {
        return `a list beside entry ${index} was changed or removed`;
      }
      frontier = appendLeaf(frontier, index, row.leaf as Buffer);
    }
  }
  return rootOfFrontier(frontier).equals(rootOfHead(head))
    ? null
    : 'the entries do not give the head';
}

function pageStatement(ledger: string, from: number, to: number) {
  return {
    name: 'check/entries',
    text: `select idx, leaf, is_fact, has_changes, attachment, ct from ledger_entry
      where client_id = $1 and idx >= $2 and idx < $3 order by idx`,
    values: [ledger, from, to],
  };
}

/** Null when the row is not what was written: whoever can write the database can change any column. */
function openRow(state: LedgerState, index: number, row: Row): Entry | null {
  try {
    const bytes = openEntry(state.keys.sealing, state.id, index, row.ct as Buffer);
    const entry = parseEntry(bytes);
    const isSame =
      leafHash(bytes).equals(row.leaf as Buffer) &&
      row.is_fact === (entry.fact !== null) &&
      row.has_changes === (entry.changes !== null);
    return isSame ? entry : null;
  } catch {
    return null;
  }
}

/** The same list may stand beside many entries; `known` spares reading it again. */
async function areListsRight(
  database: Database,
  state: LedgerState,
  row: Row,
  { subjects, changes }: Entry,
  known: Set<string>,
): Promise<boolean> {
  const wanted: [kind: string, digest: string][] = [];
  if ('digest' in subjects) wanted.push(['subjects', subjects.digest]);
  if (changes !== null && 'digest' in changes) wanted.push(['changes', changes.digest]);
  const attachment = row.attachment as string | null;
  for (const [kind, digest] of wanted) {
    const name = `${attachment} ${kind} ${digest}`;
    if (known.has(name)) continue;
    if (attachment === null) return false;
    if ((await digestOfList(database, state, attachment, kind)) !== digest) return false;
    known.add(name);
  }
  return true;
}

async function digestOfList(
  database: Database,
  state: LedgerState,
  attachment: string,
  kind: string,
): Promise<string | null> {
  const statement = attachmentStatement(state.id, attachment, kind);
  const [rows] = await database.batch([state.id], [statement]);
  try {
    const { sealing } = state.keys;
    const parts = rows!.map((row) => openAttachment(sealing, state.id, attachment, row));
    if (kind === 'subjects') return `sha256:${hash('sha256', Buffer.concat(parts), 'hex')}`;
    // One byte before the changes of a part numbers their compartment.
    return digestChanges(parts.map((part) => part.subarray(1)));
  } catch {
    return null;
  }
}
