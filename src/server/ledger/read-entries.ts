/** Entries and leaf hashes read back from the ledger, in ranges of bounded size. */
import { type Entry, parseEntry } from '#verifier/entry.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import type { Database, Row } from '../vault/database.ts';
import { int8Array } from '../vault/pg-arrays.ts';
import { openEntry } from './entries.ts';
import type { Ledgers } from './ledger.ts';
import type { LedgerState } from './ledger-state.ts';

const PAGE = 2000;
const LEAF_PAGE = 50_000;

interface Reading {
  readonly database: Database;
  readonly ledgers: Pick<Ledgers, 'refresh'>;
}

/** The bytes of the entries from ≤ index < to, page by page. */
export async function* readEntryBytes(
  { database, ledgers }: Reading,
  state: LedgerState,
  from: number,
  to: number,
): AsyncGenerator<Buffer[]> {
  for (let at = from; at < to; at += PAGE) {
    const end = Math.min(at + PAGE, to);
    const [rows] = await database.batch(
      [state.id],
      [
        {
          name: 'ledger/entries',
          text: `select idx, ct from ledger_entry
            where client_id = $1 and idx >= $2 and idx < $3 order by idx`,
          values: [state.id, at, end],
        },
      ],
    );
    if (rows!.length !== end - at) throw new Error(`entries are missing between ${at} and ${end}`);
    yield await openPage({ database, ledgers }, state, rows!);
  }
}

/** Entries may have been sealed anew, under a key that this process has not heard of. */
async function openPage({ ledgers }: Reading, state: LedgerState, rows: readonly Row[]) {
  const open = () =>
    rows.map((row) => openEntry(state.keys.sealing, state.id, row.idx as number, row.ct as Buffer));
  try {
    return open();
  } catch (error) {
    if (!(error instanceof SealError) || error.code !== 'key-version') throw error;
    await ledgers.refresh(state);
    return open();
  }
}

/** The entries from ≤ index < to, parsed; for short ranges. */
export async function readEntries(of: Reading, state: LedgerState, from: number, to: number) {
  const entries = [];
  for await (const page of readEntryBytes(of, state, from, to)) {
    entries.push(...page.map((bytes) => parseEntry(bytes)));
  }
  return entries;
}

/** An entry with its place in the ledger, and what its long lists lie under. */
export interface PlacedEntry {
  readonly index: number;
  readonly entry: Entry;
  readonly attachment: string | null;
}

/** The entries of these indices, in the order of the list; few enough for one page. */
export async function readEntriesAt(
  of: Reading,
  state: LedgerState,
  indices: readonly number[],
): Promise<PlacedEntry[]> {
  if (indices.length === 0) return [];
  const [rows] = await of.database.batch(
    [state.id],
    [
      {
        name: 'ledger/entries-at',
        text: `select idx, ct, attachment from ledger_entry
          where client_id = $1 and idx = any($2::int8[]) order by idx`,
        values: [state.id, int8Array(indices)],
      },
    ],
  );
  if (rows!.length !== indices.length) throw new Error('entries are missing');
  const opened = await openPage(of, state, rows!);
  const placed = new Map(
    rows!.map((row, i) => [
      row.idx as number,
      {
        index: row.idx as number,
        entry: parseEntry(opened[i]!),
        attachment: row.attachment as string | null,
      },
    ]),
  );
  return indices.map((index) => placed.get(index)!);
}

/** The leaf hashes from ≤ index < to. */
export async function readLeaves(
  database: Database,
  id: string,
  from: number,
  to: number,
): Promise<Buffer[]> {
  const leaves: Buffer[] = [];
  for (let at = from; at < to; at += LEAF_PAGE) {
    const [rows] = await database.batch(
      [id],
      [
        {
          name: 'ledger/leaves',
          text: `select leaf from ledger_entry
            where client_id = $1 and idx >= $2 and idx < $3 order by idx`,
          values: [id, at, Math.min(at + LEAF_PAGE, to)],
        },
      ],
    );
    for (const row of rows!) leaves.push(row.leaf as Buffer);
  }
  return leaves;
}
