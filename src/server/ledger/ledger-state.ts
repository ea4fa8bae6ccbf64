/** What this process knows of a ledger: its head, its keys and the authority folded from its facts.
 * It may be behind the database; every append proves that it is not. */
import { hash } from 'node:crypto';
import { parseEntry } from '#verifier/entry.ts';
import { appendLeaf } from '#verifier/merkle.ts';
import type { ClientKeys } from '../vault/client-keys.ts';
import { openClientKeys, storedKeysStatement } from '../vault/client-keys.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import type { Database, Row, Statement } from '../vault/database.ts';
import type { RootKeyProvider } from '../vault/keys/root-key-provider.ts';
import { uuidArray } from '../vault/pg-arrays.ts';
import { type Authority, foldFact, NO_AUTHORITY } from './authority.ts';
import { openEntry } from './entries.ts';
import { type Head, headOf, headStatement } from './head.ts';
import { type LedgerKeys, openLedgerKeys, originOf } from './ledger-keys.ts';

export interface LedgerState {
  readonly id: string;
  readonly isProvider: boolean;
  keys: LedgerKeys;
  clientKeys: ClientKeys;
  /** The digest of the stored keys that these two were opened from. */
  keysDigest: string;
  head: Head;
  authority: Authority;
  /** Why nothing is appended or answered any more, for instance ledger-rolled-back. */
  closed: string | null;
}

/** Loads a ledger; null when there is none of that id. */
export async function loadState(
  database: Database,
  root: RootKeyProvider,
  id: string,
  isProvider: boolean,
): Promise<LedgerState | null> {
  const [heads, stored, facts] = await database.batch(
    [id],
    [headStatement([id], false), storedKeysStatement(id), factsStatement(id, -1)],
  );
  const row = heads?.[0];
  if (!row || !stored) return null;
  const keys = openLedgerKeys(root, id, originOf(id, isProvider), stored);
  const clientKeys = openClientKeys(root, id, stored)!;
  const state: LedgerState = {
    id,
    isProvider,
    keys,
    clientKeys,
    keysDigest: digestOfKeys(stored),
    head: headOf(row),
    authority: NO_AUTHORITY,
    closed: null,
  };
  // Other clients stay open: a fact that was changed or removed closes this one.
  try {
    // Read a moment after the head: another process may have added facts to it meanwhile.
    const known = facts!.filter((fact) => (fact.idx as number) < state.head.size);
    state.authority = foldRows(state, known);
    if (state.authority.index !== state.head.authIndex) state.closed = 'ledger-unreadable';
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    state.closed = 'ledger-unreadable';
  }
  return state;
}

/** Brings head and authority up to the database. What this process knew must still be the beginning
 * of what is there; otherwise the ledger is closed. */
export async function refreshState(
  database: Database,
  root: RootKeyProvider,
  state: LedgerState,
): Promise<void> {
  try {
    await refreshOnce(database, root, state);
  } catch (error) {
    if (!(error instanceof SealError) || error.code !== 'key-version') throw error;
    // Keys and entries are read one after the other: some were exchanged in between.
    await refreshOnce(database, root, state);
  }
}

async function refreshOnce(
  database: Database,
  root: RootKeyProvider,
  state: LedgerState,
): Promise<void> {
  const known = state.head;
  const [heads, stored, facts, leaves] = await database.batch(
    [state.id],
    [
      headStatement([state.id], false),
      storedKeysStatement(state.id),
      factsStatement(state.id, state.authority.index),
      leavesStatement(state.id, known.size),
    ],
  );
  const head = headOf(heads![0]!);
  if (!isGrown(known, head, leaves!)) {
    state.closed = 'ledger-rolled-back';
    return;
  }
  if (head.size < state.head.size) return;
  takeKeys(root, state, stored!);
  state.authority = foldRows(
    state,
    facts!.filter((row) => (row.idx as number) < head.size),
  );
  state.head = head;
}

/** Opens the stored keys anew when some were added, changed or destroyed. */
export function takeKeys(root: RootKeyProvider, state: LedgerState, stored: readonly Row[]): void {
  const digest = digestOfKeys(stored);
  if (digest === state.keysDigest) return;
  state.keys = openLedgerKeys(root, state.id, state.keys.origin, stored);
  state.clientKeys = openClientKeys(root, state.id, stored)!;
  state.keysDigest = digest;
}

/** Of the rows in their order. */
function digestOfKeys(stored: readonly Row[]): string {
  return hash(
    'sha256',
    Buffer.concat(stored.map(({ wrapped }) => hash('sha256', wrapped as Buffer, 'buffer'))),
  );
}

/** Whether the leaves after the known head lead from it to the new one (RFC 6962 frontiers). */
function isGrown(known: Head, head: Head, leaves: readonly Row[]): boolean {
  if (head.size < known.size) return false;
  let frontier = known.frontier as Buffer[];
  for (let size = known.size; size < head.size; size++) {
    const row = leaves[size - known.size];
    if (row?.idx !== size) return false;
    frontier = appendLeaf(frontier, size, row.leaf as Buffer);
  }
  return Buffer.concat(frontier).equals(Buffer.concat(head.frontier));
}

function foldRows(state: LedgerState, rows: readonly Row[]): Authority {
  let authority = state.authority;
  for (const row of rows) {
    const index = row.idx as number;
    if (index <= authority.index) continue;
    const entry = parseEntry(openEntry(state.keys.sealing, state.id, index, row.ct as Buffer));
    if (entry.fact) authority = foldFact(authority, entry.fact, index, Date.parse(entry.at));
  }
  return authority;
}

function factsStatement(id: string, after: number): Statement {
  return {
    name: 'ledger/facts',
    text: 'select idx, ct from ledger_entry where client_id = $1 and is_fact and idx > $2 order by idx',
    values: [id, after],
  };
}

/** Where the authority of these ledgers stands. */
export function authorityIndices(ids: readonly string[]): Statement {
  return {
    name: 'ledger/authority-indices',
    text: 'select client_id, auth_index from head where client_id = any($1::uuid[])',
    values: [uuidArray(ids)],
  };
}

function leavesStatement(id: string, from: number): Statement {
  return {
    name: 'ledger/leaves-from',
    text: 'select idx, leaf from ledger_entry where client_id = $1 and idx >= $2 order by idx',
    values: [id, from],
  };
}
