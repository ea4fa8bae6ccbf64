/** Token buckets by key, in memory: so many at once, so many a second. */

const KEYS_MAX = 50_000;

export interface TokenBuckets {
  /** Takes one; false when there is none left. */
  take(key: string): boolean;
  /** Whether one could be taken. */
  has(key: string): boolean;
  forget(key: string): void;
}

/** `now` in ms. Beyond 50,000 keys the oldest is forgotten, which fills its bucket. */
export function openTokenBuckets(
  perSecond: number,
  burst: number,
  now: () => number,
): TokenBuckets {
  const buckets = new Map<string, { left: number; at: number }>();

  function leftIn(bucket: { left: number; at: number }, at: number): number {
    // A clock that was set back must not empty a bucket.
    const seconds = Math.max(0, at - bucket.at) / 1000;
    return Math.min(burst, bucket.left + seconds * perSecond);
  }

  return {
    take(key) {
      const at = now();
      const bucket = buckets.get(key);
      if (!bucket) {
        if (buckets.size >= KEYS_MAX) buckets.delete(buckets.keys().next().value!);
        buckets.set(key, { left: burst - 1, at });
        return burst >= 1;
      }
      bucket.left = leftIn(bucket, at);
      bucket.at = at;
      if (bucket.left < 1) return false;
      bucket.left--;
      return true;
    },
    has(key) {
      const bucket = buckets.get(key);
      return !bucket || leftIn(bucket, now()) >= 1;
    },
    forget(key) {
      buckets.delete(key);
    },
  };
}
