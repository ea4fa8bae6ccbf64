/** Facts change authority, so they are appended with the heads of every ledger concerned locked, in
 * id order, and all or none: a provider's fact and its mirrors stand in one transaction. */
import { parseEntry } from '#verifier/entry.ts';
import { appendLeaf } from '#verifier/merkle.ts';
import { Fault } from '../fault.ts';
import { storedKeysStatement } from '../vault/client-keys.ts';
import type { Database, Row, Statement } from '../vault/database.ts';
import type { RootKeyProvider } from '../vault/keys/root-key-provider.ts';
import { byteaArray, int8Array, uuidArray } from '../vault/pg-arrays.ts';
import { wakeStatement } from '../vault/wake-ups.ts';
import { AUTHN_STATEMENT, type AuthnVersion } from './authn-version.ts';
import { foldFact } from './authority.ts';
import { type BuiltEntry, buildEntry } from './entries.ts';
import { type Head, headOf, headStatement, headUpdate } from './head.ts';
import { type LedgerState, takeKeys } from './ledger-state.ts';
import type { EntryDraft } from './work.ts';

export interface FactEntry {
  readonly state: LedgerState;
  readonly draft: EntryDraft;
  /** The position in this list of the entry that this one mirrors. */
  readonly mirrors?: number;
}

export interface FactAppend {
  readonly entries: readonly FactEntry[];
  /** The authority index that the decision saw, by ledger; another one makes the append stale. Each
   * ledger named here is locked, whether it gets an entry or not. */
  readonly decided: ReadonlyMap<string, number>;
  /** The decision holds until then, ms. */
  readonly until: number;
  /** The version of authentication that whoever calls signed in under. */
  readonly authnVersion?: number;
  /** Run first, for instance to make the ledger of a new client. */
  readonly before?: readonly Statement[];
  /** Run last. */
  readonly statements?: readonly Statement[];
  /** The end of something long: what it wrote becomes visible with these facts. */
  readonly data?: DataEnd;
}

/** The data version that it was computed at and the job that `pending` names; otherwise the append is
 * stale. Readers drop what they hold when something was destroyed. */
export interface DataEnd {
  readonly ledger: string;
  readonly dataVersion: number;
  readonly pending: string | null;
  readonly isPurged: boolean;
  /** Lists of its first entry, stored before. */
  readonly attachment: string | null;
}

/** The index of each entry, or `stale` when authority moved on: decide again. */
export async function appendFacts(
  { database, root }: { readonly database: Database; readonly root: RootKeyProvider },
  now: () => number,
  authnVersion: AuthnVersion,
  append: FactAppend,
): Promise<readonly number[] | 'stale'> {
  const states = new Map(append.entries.map(({ state }) => [state.id, state]));
  for (const state of states.values()) {
    if (state.closed) throw new Fault('ledger-closed', state.closed);
  }
  const ids = [...new Set([...states.keys(), ...append.decided.keys()])].sort();
  const appending = database.transaction(ids, async (tx) => {
    for (const statement of append.before ?? []) await tx.query(statement);
    const heads = new Map<string, Head>();
    for (const row of await tx.query(headStatement(ids, true))) {
      heads.set(row.client_id as string, headOf(row));
    }
    const at = Math.max(now(), ...[...heads.values()].map((head) => head.at));
    for (const [id, index] of append.decided) {
      if (heads.get(id)?.authIndex !== index) throw new Stale();
    }
    if (at >= append.until) throw new Stale();
    const { data } = append;
    const changed = data && heads.get(data.ledger);
    if (data && (changed?.dataVersion !== data.dataVersion || changed.pending !== data.pending)) {
      throw new Stale();
    }
    const [instance] = await tx.query(AUTHN_STATEMENT);
    if (instance!.authn_version !== authnVersion.current) {
      authnVersion.current = instance!.authn_version as number;
      throw new Stale();
    }
    if ((append.authnVersion ?? authnVersion.current) !== authnVersion.current) throw new Stale();
    await checkClock(tx, now(), at);
    const built = buildAll(append.entries, heads, at);
    if (data) heads.set(data.ledger, headAfter(heads.get(data.ledger)!, data));
    for (const id of states.keys()) {
      await tx.query(
        insertStatement(
          id,
          built.filter((b) => b.ledger === id),
          data?.ledger === id ? data.attachment : null,
        ),
      );
      await tx.query(headUpdate(id, heads.get(id)!));
    }
    for (const statement of append.statements ?? []) await tx.query(statement);
    await tx.query(wakeStatement(movedIn(built, heads)));
    const stored = new Map<string, Row[]>();
    for (const id of keysChangedIn(append.entries)) {
      stored.set(id, await tx.query(storedKeysStatement(id)));
    }
    return { heads, built, stored };
  });
  const done = await appending.catch((error: unknown) => {
    if (error instanceof Stale) return 'stale' as const;
    throw error;
  });
  if (done === 'stale') return done;
  for (const [id, head] of done.heads) {
    const state = states.get(id);
    if (!state) continue;
    const own = done.built.filter((b) => b.ledger === id);
    for (const { entry, index } of own) {
      const { fact, at } = parseEntry(entry.bytes);
      if (fact && index > state.authority.index) {
        state.authority = foldFact(state.authority, fact, index, Date.parse(at));
      }
    }
    if (head.size > state.head.size) state.head = head;
    // With the authority that knows of them, and not a moment later: what is sealed from here on is
    // sealed under the new keys.
    const stored = done.stored.get(id);
    if (stored) takeKeys(root, state, stored);
  }
  return done.built.map((b) => b.index);
}

/** Rolls everything back, `before` included: nothing of what was decided too early may stay. */
class Stale extends Error {}

/** Those ledgers whose authority the entries move. */
function movedIn(built: readonly Built[], heads: ReadonlyMap<string, Head>) {
  const ledgers = new Set(built.filter((b) => b.isFact).map((b) => b.ledger));
  return [...ledgers].map((ledger) => ({ ledger, index: heads.get(ledger)!.authIndex }));
}

/** The ledgers whose own keys the facts change. */
function keysChangedIn(entries: readonly FactEntry[]): Set<string> {
  const changing = entries.filter(({ draft }) => draft.fact?.type === 'key.changed');
  return new Set(changing.map(({ state }) => state.id));
}

interface Built {
  readonly ledger: string;
  readonly index: number;
  readonly entry: BuiltEntry;
  readonly isFact: boolean;
  readonly hasChanges: boolean;
}

function headAfter(head: Head, { isPurged }: DataEnd): Head {
  return {
    ...head,
    dataVersion: head.dataVersion + 1,
    purgeVersion: head.purgeVersion + (isPurged ? 1 : 0),
    pending: null,
  };
}

/** Builds the entries in order and moves `heads` along. */
function buildAll(entries: readonly FactEntry[], heads: Map<string, Head>, at: number): Built[] {
  const built: Built[] = [];
  for (const { state, draft, mirrors } of entries) {
    const head = heads.get(state.id)!;
    const source = mirrors === undefined ? draft.source : { index: built[mirrors]!.index };
    const entry = buildEntry(state.keys, state.id, head.size, at, { ...draft, source });
    const isFact = draft.fact !== null;
    const hasChanges = draft.changes !== null;
    built.push({ ledger: state.id, index: head.size, entry, isFact, hasChanges });
    heads.set(state.id, {
      ...head,
      size: head.size + 1,
      frontier: appendLeaf(head.frontier as Buffer[], head.size, entry.leaf),
      at,
      authIndex: isFact ? head.size : head.authIndex,
    });
  }
  return built;
}

async function checkClock(
  tx: { query(statement: Statement): Promise<Record<string, unknown>[]> },
  now: number,
  at: number,
): Promise<void> {
  if (at > now + 2000)
    throw new Fault('clock-behind', 'the clock of this server is behind the ledger');
  const [row] = await tx.query({
    name: 'facts/clock',
    text: `select $1::timestamptz <= clock_timestamp() + interval '2 seconds' as fits`,
    values: [new Date(at).toISOString()],
  });
  if (!row!.fits) {
    throw new Fault('clock-ahead', 'the clock of this server is ahead of the database');
  }
}

/** The attachment is of the entry that tells changes. */
function insertStatement(
  ledger: string,
  built: readonly Built[],
  attachment: string | null,
): Statement {
  return {
    name: 'facts/insert',
    text: `insert into ledger_entry (client_id, idx, leaf, is_fact, has_changes, attachment, ct)
      select client_id, idx, leaf, is_fact, has_changes, case when has_changes then $7::uuid end, ct
      from unnest($1::uuid[], $2::int8[], $3::bytea[], $4::bool[], $5::bool[], $6::bytea[])
        as e(client_id, idx, leaf, is_fact, has_changes, ct)`,
    values: [
      uuidArray(built.map(() => ledger)),
      int8Array(built.map((b) => b.index)),
      byteaArray(built.map((b) => b.entry.leaf)),
      built.map((b) => b.isFact),
      built.map((b) => b.hasChanges),
      byteaArray(built.map((b) => b.entry.ct)),
      attachment,
    ],
  };
}
