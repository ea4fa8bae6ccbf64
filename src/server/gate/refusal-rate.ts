/** How many refusals somebody may collect: 20 at once and 2 a second per user and client, so that
 * nobody finds out by trying. */
import { Refusal } from '../fault.ts';

const BURST = 20;
const PER_SECOND = 2;
const KEYS_MAX = 50_000;

export interface RefusalRate {
  /** Throws 429 when the bucket is empty. */
  check(key: string): void;
  count(key: string): void;
}

export function openRefusalRate(now: () => number): RefusalRate {
  const buckets = new Map<string, { left: number; at: number }>();

  function left(key: string): number {
    const bucket = buckets.get(key);
    if (!bucket) return BURST;
    // A clock that is put back takes nothing away.
    const refilled = bucket.left + (Math.max(0, now() - bucket.at) / 1000) * PER_SECOND;
    return Math.min(BURST, refilled);
  }

  return {
    check(key) {
      if (left(key) >= 1) return;
      throw new Refusal(
        429,
        ['too-many-refusals'],
        'Too many refused requests. Wait some seconds.',
      );
    },
    count(key) {
      if (buckets.size >= KEYS_MAX) buckets.clear();
      buckets.set(key, { left: left(key) - 1, at: now() });
    },
  };
}
