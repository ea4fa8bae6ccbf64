/** The ledgers of this process: loaded when first needed, appended to by lanes, watched by marks. */
import { Fault } from '../fault.ts';
import { storedKeysStatement } from '../vault/client-keys.ts';
import type { Database, Row } from '../vault/database.ts';
import type { RootKeyProvider } from '../vault/keys/root-key-provider.ts';
import { appendFacts, type FactAppend } from './append-facts.ts';
import { type AuthnVersion, readAuthnVersion } from './authn-version.ts';
import { budgetFor } from './budget.ts';
import { yearOf } from './entries.ts';
import { type Lane, openLane } from './lane.ts';
import { makeYearKey, openLedgerKeys, sealingKey } from './ledger-keys.ts';
import { authorityIndices, type LedgerState, loadState, refreshState } from './ledger-state.ts';
import { type Marks, openMarks } from './marks.ts';
import { readLeaves } from './read-entries.ts';
import { countUp, isCounting } from './usage.ts';
import { openHeadWatch, type Watching } from './watch-heads.ts';
import type { EntryDraft, Outcome, Work } from './work.ts';

const SYSTEM_ATTEMPTS_MAX = 10;

/** Batches under way at once. A ledger always takes the same lane, so its batches follow each other. */
const LANES = 2;

const LOOKED_AT_ONCE = 500;

export interface LedgerConfig {
  readonly database: Database;
  readonly root: RootKeyProvider;
  readonly marksDirectory: string;
  readonly now: () => number;
  readonly oneLedgerPerBatch: boolean;
  /** Called after each append with the number of its entries and its milliseconds. */
  readonly onBatch?: (entries: number, ms: number) => void;
}

export interface Ledgers {
  readonly provider: LedgerState;
  /** The state of a client's ledger, loaded if need be; null when there is no such client. */
  find(client: string): Promise<LedgerState | null>;
  /** The state of a ledger that this process has loaded. */
  loaded(ledger: string): LedgerState | undefined;
  refresh(state: LedgerState): Promise<void>;
  /** Follows what is appended to a ledger, by whichever process. */
  watch(state: LedgerState): Watching;
  /** Every loaded ledger of which another process may know more than this one. */
  refreshMoved(): Promise<void>;
  /** Calls `listener` whenever the authority of a ledger has moved in this process; gives what ends
   * that. */
  onMoved(listener: (state: LedgerState) => void): () => void;
  submit(work: Work): Promise<Outcome>;
  appendFacts(append: FactAppend): Promise<readonly number[] | 'stale'>;
  /** Appends an entry of the server itself, which depends on nobody's authority. */
  appendSystem(state: LedgerState, draft: EntryDraft): Promise<void>;
  /** Who accepted a rollback is recorded by the caller; this opens the ledger again. */
  accept(state: LedgerState): void;
  /** Moves when a token was revoked anywhere. */
  readonly authnVersion: AuthnVersion;
  close(): Promise<void>;
}

/** Opens the ledgers; the provider's own must exist (see `make-ledger.ts`). */
export async function openLedgers(config: LedgerConfig, providerId: string): Promise<Ledgers> {
  const { database, root, now } = config;
  const marks = openMarks(config.marksDirectory);
  const states = new Map<string, LedgerState>();
  const loading = new Map<string, Promise<LedgerState | null>>();
  const authnVersion: AuthnVersion = { current: await readAuthnVersion(database) };

  async function load(id: string): Promise<LedgerState | null> {
    const state = await loadState(database, root, id, id === providerId);
    if (!state) return null;
    await closeIfRolledBack(database, marks, state);
    states.set(id, state);
    return state;
  }

  async function find(id: string): Promise<LedgerState | null> {
    const known = states.get(id);
    if (known) return known;
    const pending = loading.get(id) ?? load(id).finally(() => loading.delete(id));
    loading.set(id, pending);
    return pending;
  }

  const listeners = new Set<(state: LedgerState) => void>();
  const tellMoved = (state: LedgerState) => {
    for (const listener of listeners) listener(state);
  };
  async function refresh(state: LedgerState): Promise<void> {
    const { closed, authority } = state;
    await refreshState(database, root, state);
    if (state.authority.index !== authority.index || state.closed !== closed) tellMoved(state);
  }
  async function refreshMoved(): Promise<void> {
    const ids = [...states.keys()];
    for (let at = 0; at < ids.length; at += LOOKED_AT_ONCE) {
      const some = ids.slice(at, at + LOOKED_AT_ONCE);
      for (const row of (await database.batch(some, [authorityIndices(some)]))[0]!) {
        const state = states.get(row.client_id as string)!;
        if (state.authority.index !== row.auth_index) await refresh(state);
      }
    }
  }
  const heads = openHeadWatch({ database, refresh });
  const committed = (state: LedgerState) => {
    marks.note(state.keys.origin, state.head);
    heads.committed(state);
  };
  const lanes = Array.from({ length: LANES }, () =>
    openLane({
      database,
      now,
      state: (id) => states.get(id)!,
      refresh,
      prepareYear: (state, at) =>
        sealingKey(state.keys, yearOf(at)) ? null : prepareYear(config, state, at),
      authnVersion,
      committed,
      oneLedgerPerBatch: config.oneLedgerPerBatch,
      onBatch: config.onBatch ?? (() => {}),
    }),
  );
  const laneOf = (ledger: string): Lane => lanes[Number.parseInt(ledger.slice(-4), 16) % LANES]!;
  const provider = await find(providerId);
  if (!provider) throw new Fault('no-provider-ledger', 'the provider has no ledger');

  async function append(facts: FactAppend): Promise<readonly number[] | 'stale'> {
    for (const { state } of facts.entries) {
      await prepareYear(config, state, Math.max(now(), state.head.at));
    }
    const result = await appendFacts({ database, root }, now, authnVersion, facts);
    for (const state of new Set(facts.entries.map((entry) => entry.state))) {
      if (result === 'stale') {
        // A ledger that the append was to make is not there.
        if (states.has(state.id)) await refresh(state);
        continue;
      }
      if (!states.has(state.id)) states.set(state.id, state);
      committed(state);
      tellMoved(state);
    }
    return result;
  }

  return {
    provider,
    find,
    loaded: (ledger) => states.get(ledger),
    refresh,
    watch: heads.watch,
    submit(work) {
      const state = states.get(work.ledger)!;
      const at = Math.max(now(), state.head.at);
      if (isCounting(state) || !budgetFor(state, work.draft, at)) {
        return laneOf(work.ledger).submit(work);
      }
      // A day's entries are read before the lane is taken; what cannot be read is told there.
      const counting = countUp({ database, refresh }, state, at)?.catch(() => {});
      return Promise.resolve(counting).then(() => laneOf(work.ledger).submit(work));
    },
    refreshMoved,
    onMoved(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    appendFacts: append,
    async appendSystem(state, draft) {
      const facts = {
        entries: [{ state, draft }],
        decided: new Map(),
        until: Number.POSITIVE_INFINITY,
      };
      for (let attempt = 0; attempt < SYSTEM_ATTEMPTS_MAX; attempt++) {
        if ((await append(facts)) !== 'stale') return;
      }
      throw new Fault('ledger-busy', 'authority kept changing');
    },
    accept(state) {
      marks.accept(state.keys.origin, state.head);
      state.closed = null;
    },
    authnVersion,
    async close() {
      heads.close();
      await Promise.all(lanes.map((lane) => lane.idle()));
      await marks.close();
    },
  };
}

async function closeIfRolledBack(database: Database, marks: Marks, state: LedgerState) {
  const reason = await marks.check(state.keys.origin, state.head, (from) =>
    readLeaves(database, state.id, from, state.head.size),
  );
  if (reason) state.closed = 'ledger-rolled-back';
}

/** The key for entries of a new year is made by whoever needs it first. */
async function prepareYear(config: LedgerConfig, state: LedgerState, at: number): Promise<void> {
  const year = yearOf(at);
  if (sealingKey(state.keys, year)) return;
  const { store } = makeYearKey(config.root, state.id, year);
  const insert = {
    ...store,
    name: 'keys/store-once',
    text: `${store.text} on conflict do nothing`,
  };
  const [, rows] = await config.database.batch([state.id], [insert, storedKeysStatement(state.id)]);
  const keys = openLedgerKeys(config.root, state.id, state.keys.origin, rows as Row[]);
  state.keys.sealing.set(year, keys.sealing.get(year)!);
}
