/** Watches the server's clock against one that only runs forward. A jump is a fact in every ledger, and
 * stops provider staff until somebody has checked the clock: hours and periods depend on it. */
import { toId } from '../../contract/ids.ts';
import { intoAllClients } from '../domain/into-all-clients.ts';
import { Fault } from '../fault.ts';
import type { House } from '../house.ts';
import { systemDraft } from '../ledger/draft.ts';
import { newUuid } from '../uuid.ts';
import { openDrift } from './drift.ts';

export interface ClockWatch {
  /** Looks, and records a jump before it resolves. Rejects with a Fault when it cannot be recorded now;
   * then nothing may be answered. Undefined when there is nothing to record. */
  look(): Promise<void> | undefined;
  /** Gives what `call` gives. Where no ledger took an entry because of the clock, that is recorded as soon
   * as one does. */
  during<T>(call: Promise<T>): Promise<T>;
  close(): void;
}

const LOOK_MS = 10_000;
const ATTEMPTS_MAX = 20;
const CLOCK_FAULTS = new Set(['clock-behind', 'clock-ahead']);

/** `monotonic` in ms, from any start. */
export function openClockWatch(house: House, monotonic: () => number): ClockWatch {
  const drift = openDrift(house.now, monotonic);
  /** Seconds of a jump that no ledger has yet. */
  let unrecorded: number | null = null;
  let recording: Promise<void> | undefined;

  function look(): Promise<void> | undefined {
    const jumped = drift.look();
    if (jumped !== null) {
      unrecorded = Math.max(unrecorded ?? 0, jumped);
      house.log({ event: 'clock-jumped', seconds: jumped });
    }
    if (unrecorded === null) return undefined;
    recording ??= record().finally(() => {
      recording = undefined;
    });
    return recording;
  }

  async function record(): Promise<void> {
    const seconds = unrecorded!;
    await recordStop(house, seconds);
    if (unrecorded === seconds) unrecorded = null;
  }

  const timer = setInterval(() => {
    look()?.catch(() => house.log({ event: 'clock-stop-not-written' }));
  }, LOOK_MS).unref();

  return {
    look,
    async during(call) {
      try {
        return await call;
      } catch (error) {
        if (error instanceof Fault && CLOCK_FAULTS.has(error.code)) unrecorded ??= 0;
        throw error;
      }
    },
    close: () => clearInterval(timer),
  };
}

async function recordStop(house: House, seconds: number): Promise<void> {
  const { provider } = house.ledgers;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const fact = {
      type: 'clock.stopped' as const,
      id: toId('clock', newUuid(house.now())),
      seconds,
      signature: null,
    };
    const { list, statements } = await intoAllClients(house, [fact]);
    const entries = list.map(({ state, mirrors }) => ({
      state,
      draft: systemDraft('sys:clock', 'clock.watch', fact),
      ...(mirrors !== undefined && { mirrors }),
    }));
    try {
      const decided = new Map([[provider.id, provider.authority.index]]);
      const until = Number.POSITIVE_INFINITY;
      const done = await house.ledgers.appendFacts({ entries, decided, until, statements });
      if (done !== 'stale') return;
    } catch (error) {
      // A client was opened meanwhile.
      if ((error as { code?: string }).code !== '22012') throw error;
    }
  }
  throw new Fault('ledger-busy', 'clients or authority kept changing');
}
