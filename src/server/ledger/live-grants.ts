/** What goes on under a decision right now: calls, streams, jobs. Whenever the authority of their client
 * moves, here or in another process, and whenever a period ends, the same question is asked again; if it
 * is refused now, the signal of what goes on fires and it ends. */
import type { PromiseId } from '../../contract/promises.ts';
import { Refusal } from '../fault.ts';
import type { Database, Row } from '../vault/database.ts';
import { readAuthnVersion } from './authn-version.ts';
import type { Ledgers } from './ledger.ts';
import { authorityIndices, type LedgerState } from './ledger-state.ts';

/** The same question, asked again. */
export type Standing =
  | { readonly allowed: true; readonly until: number }
  | {
      readonly allowed: false;
      readonly reasons: readonly string[];
      readonly status?: number;
      readonly promise?: PromiseId | undefined;
    };

export interface LiveOf {
  readonly state: LedgerState;
  /** Until when the decision holds, ms. */
  readonly until: number;
  /** `isSignedOutPerhaps` when somebody's token or session was ended since. */
  readonly again: (isSignedOutPerhaps: boolean) => Promise<Standing> | Standing;
  /** Another signal that ends it, with its own reason. */
  readonly outer?: AbortSignal;
}

export interface Live {
  /** Fires with `ended` as its reason, or with that of the outer signal. */
  readonly signal: AbortSignal;
  /** Why it may not go on; null as long as it may. */
  readonly ended: Refusal | null;
  /** What went on is over. */
  close(): void;
}

export interface LiveGrants {
  /** Nothing may be awaited between the decision and this. */
  open(of: LiveOf): Live;
  /** How many of a client go on in this process. */
  count(client: string): number;
  close(): void;
}

/** Between two looks at the database and the clock, as long as something goes on that began before the
 * last one. */
const LOOK_MS = 1000;
/** A period that ends is looked at when it does, but no sooner than this. */
const SOON_MS = 20;

/** What a running call has used up of a budget itself does not end it. */
const ENDS_NOTHING: ReadonlySet<string> = new Set(['over-budget']);

export function openLiveGrants(
  database: Database,
  ledgers: Ledgers,
  now: () => number,
): LiveGrants {
  const byClient = new Map<string, Set<Running>>();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let looks = 0;
  let authnVersion = ledgers.authnVersion.current;
  let isClosed = false;

  const stopWatching = ledgers.onMoved((state) => {
    for (const running of byClient.get(state.id) ?? []) void askAgain(running);
  });

  function open(of: LiveOf): Live {
    const running = new Running(of, looks, () => {
      const others = byClient.get(of.state.id);
      others?.delete(running);
      if (others?.size === 0) byClient.delete(of.state.id);
    });
    const others = byClient.get(of.state.id);
    if (others) others.add(running);
    else byClient.set(of.state.id, new Set([running]));
    wakeAt(of.until);
    return running;
  }

  /** One timer for everything; none while nothing goes on. */
  function wakeAt(until: number): void {
    if (isClosed) return;
    const wait = Math.max(SOON_MS, Math.min(LOOK_MS, until - now()));
    const at = performance.now() + wait;
    if (at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(look, wait);
    timer.unref();
  }

  function look(): void {
    dueAt = Number.POSITIVE_INFINITY;
    looks++;
    const at = now();
    const old = new Set<LedgerState>();
    for (const running of all()) {
      const { of, until } = running;
      if (until <= at) void askAgain(running);
      if (running.since < looks - 1) old.add(of.state);
    }
    const next = old.size > 0 ? lookIntoDatabase(old) : Promise.resolve();
    next
      // Whoever appends next finds out.
      .catch(() => {})
      .finally(() => {
        let until = Number.POSITIVE_INFINITY;
        for (const running of all()) until = Math.min(until, running.until);
        if (byClient.size > 0) wakeAt(until);
      });
  }

  async function lookIntoDatabase(states: ReadonlySet<LedgerState>): Promise<void> {
    const ids = [...states].map(({ id }) => id);
    const [rows] = await database.batch(ids, [authorityIndices(ids)]);
    const indices = new Map(rows!.map((row: Row) => [row.client_id, row.auth_index as number]));
    for (const state of states) {
      if (indices.get(state.id) !== state.authority.index) await ledgers.refresh(state);
    }
    // Not what appends are checked with: calls that were authenticated before must not pass under a
    // version that they have not seen.
    const version = await readAuthnVersion(database);
    if (version === authnVersion) return;
    authnVersion = version;
    for (const running of all()) void askAgain(running, true);
  }

  function* all(): Generator<Running> {
    for (const of of byClient.values()) yield* of;
  }

  return {
    open,
    count: (client) => byClient.get(client)?.size ?? 0,
    close() {
      isClosed = true;
      clearTimeout(timer);
      stopWatching();
    },
  };
}

class Running implements Live {
  readonly of: LiveOf;
  /** How often was looked before it began. */
  readonly since: number;
  until: number;
  ended: Refusal | null = null;
  readonly #over: () => void;
  #controller: AbortController | null = null;

  constructor(of: LiveOf, since: number, over: () => void) {
    this.of = of;
    this.since = since;
    this.until = of.until;
    this.#over = over;
  }

  /** Made when somebody asks for it: most calls are over before anything could end them. */
  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const controller = new AbortController();
    this.#controller = controller;
    const { outer } = this.of;
    if (this.ended) controller.abort(this.ended);
    else if (outer?.aborted) controller.abort(outer.reason);
    else outer?.addEventListener('abort', () => controller.abort(outer.reason), { once: true });
    return controller.signal;
  }

  end(refusal: Refusal): void {
    if (this.ended) return;
    this.ended = refusal;
    this.#over();
    this.#controller?.abort(refusal);
  }

  close(): void {
    this.#over();
  }
}

/** Whoever cannot be asked is refused. */
async function askAgain(running: Running, isSignedOutPerhaps = false): Promise<void> {
  try {
    const standing = await running.of.again(isSignedOutPerhaps);
    if (standing.allowed) running.until = standing.until;
    else if (standing.reasons.some((reason) => !ENDS_NOTHING.has(reason))) {
      running.end(refusalOf(standing));
    }
  } catch {
    running.end(refusalOf({ allowed: false, reasons: ['decision-failed'] }));
  }
}

function refusalOf(standing: Extract<Standing, { allowed: false }>): Refusal {
  const { reasons, status = 403, promise } = standing;
  const detail = 'What allowed this has ended, so it was stopped.';
  return new Refusal(status, reasons, detail, { promise });
}
