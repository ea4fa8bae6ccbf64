/** Wakes whoever follows ledgers: at once after a commit of this process, and within a quarter of a second
 * after one of another. Heads are looked at, all followed ones in one statement: a NOTIFY with each commit
 * would make all commits of the database wait for each other (`decisions/0041`). */
import type { Database } from '../vault/database.ts';
import { AUTHN_STATEMENT } from './authn-version.ts';
import { headStatement } from './head.ts';
import type { LedgerState } from './ledger-state.ts';

export interface HeadWatch {
  /** Begins to follow a ledger. */
  watch(state: LedgerState): Watching;
  /** To be told of each commit of this process. */
  committed(state: LedgerState): void;
  close(): void;
}

export interface Watching {
  /** Resolves after the next commit to this ledger, and in any case after the next look; then the state
   * is as the database had it. Also when the signal is aborted. */
  next(signal: AbortSignal): Promise<void>;
  /** Moves when a token was revoked anywhere: seen at the last look. Not what appends are checked with:
   * calls that were authenticated before must not pass under a version that they have not seen. */
  readonly authnVersion: number;
  end(): void;
}

interface WatchParts {
  readonly database: Database;
  readonly refresh: (state: LedgerState) => Promise<void>;
}

const LOOK_MS = 250;
const LEDGERS_AT_ONCE = 100;

export function openHeadWatch({ database, refresh }: WatchParts): HeadWatch {
  /** Who waits, by ledger; a ledger stays here as long as somebody follows it. */
  const waiting = new Map<LedgerState, Set<() => void>>();
  const followers = new Map<LedgerState, number>();
  let timer: NodeJS.Timeout | undefined;
  let authnVersion = 0;
  let isClosed = false;

  function wake(state: LedgerState): void {
    const woken = waiting.get(state);
    if (!woken || woken.size === 0) return;
    waiting.set(state, new Set());
    for (const one of woken) one();
  }

  async function look(): Promise<void> {
    const states = [...followers.keys()];
    try {
      for (let at = 0; at < states.length; at += LEDGERS_AT_ONCE) {
        await lookAt(states.slice(at, at + LEDGERS_AT_ONCE));
      }
    } catch {
      // Whoever follows finds out by the next reading.
    }
    for (const state of states) wake(state);
  }

  async function lookAt(states: readonly LedgerState[]): Promise<void> {
    const ids = states.map(({ id }) => id);
    const [heads, instance] = await database.batch(ids, [
      headStatement(ids, false),
      AUTHN_STATEMENT,
    ]);
    authnVersion = instance![0]!.authn_version as number;
    const sizes = new Map(heads!.map((row) => [row.client_id as string, row.size as number]));
    for (const state of states) {
      if ((sizes.get(state.id) ?? 0) > state.head.size) await refresh(state);
    }
  }

  function lookLater(): void {
    timer ??= setTimeout(async () => {
      await look();
      timer = undefined;
      if (followers.size > 0 && !isClosed) lookLater();
    }, LOOK_MS).unref();
  }

  return {
    watch(state) {
      followers.set(state, (followers.get(state) ?? 0) + 1);
      lookLater();
      return {
        next(signal) {
          const { promise, resolve } = Promise.withResolvers<void>();
          const woken = waiting.get(state) ?? new Set();
          waiting.set(state, woken);
          const done = () => {
            woken.delete(done);
            signal.removeEventListener('abort', done);
            resolve();
          };
          woken.add(done);
          signal.addEventListener('abort', done);
          if (signal.aborted) done();
          return promise;
        },
        get authnVersion() {
          return authnVersion;
        },
        end() {
          const left = followers.get(state)! - 1;
          if (left > 0) {
            followers.set(state, left);
            return;
          }
          followers.delete(state);
          wake(state);
          waiting.delete(state);
        },
      };
    },
    committed: wake,
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const state of [...waiting.keys()]) wake(state);
    },
  };
}
