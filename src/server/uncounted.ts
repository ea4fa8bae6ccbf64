/** Calls that make no entry of their own (no valid token, no such route, too many) are counted, per
 * minute, in one system entry of the provider's ledger. */
import type { House } from './house.ts';
import { systemDraft } from './ledger/draft.ts';

const MINUTE_MS = 60_000;

export interface Uncounted {
  readonly count: (kind: string) => void;
  close(): Promise<void>;
}

export function countUncounted(house: House): Uncounted {
  const counts = new Map<string, number>();
  const timer = setInterval(() => {
    flush().catch(() => house.log({ event: 'uncounted-not-written' }));
  }, MINUTE_MS).unref();

  async function flush(): Promise<void> {
    if (counts.size === 0) return;
    const taken = [...counts];
    const reasons = taken.map(([kind, count]) => `${kind}-${count}`).sort();
    counts.clear();
    const draft = { ...systemDraft('sys:http', 'http.count', null), reasons };
    try {
      await house.ledgers.appendSystem(house.ledgers.provider, draft);
    } catch (error) {
      for (const [kind, counted] of taken) counts.set(kind, (counts.get(kind) ?? 0) + counted);
      throw error;
    }
  }

  return {
    count: (kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1),
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
