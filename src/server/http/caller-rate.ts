/** How often somebody may call: a bucket per token that has proven valid, and one per remote address
 * for calls that have not, so that neither guesses nor a runaway script reach the gate for long. */
import { hash } from 'node:crypto';
import type { HttpLimits } from './limits.ts';
import { openTokenBuckets } from './token-buckets.ts';

const TOKENS_MAX = 50_000;

export interface CallerRate {
  /** Whether this call may go on to the gate, and whether its token has proven valid before. */
  admit(token: string | null, address: string): 'proven' | 'unproven' | 'too-many';
  /** Whether a step of signing in may go on to the gate. Nobody guesses passkeys: failures cost no more
   * than the rest, so that one machine behind an office's address does not lock the others out. */
  admitOpen(address: string): 'unproven' | 'too-many';
  /** The gate has accepted the token, whatever it then said to the call. */
  succeeded(token: string): void;
  /** The gate has not; false when this address has failed too often to be told so. */
  failed(token: string | null, address: string): boolean;
}

/** `now` in ms. Tokens are kept as hashes, and nothing is counted against a valid one by others. */
export function openCallerRate(limits: HttpLimits, now: () => number): CallerRate {
  const calls = openTokenBuckets(limits.requestsPerSecond, limits.requestsBurst, now);
  const failures = openTokenBuckets(limits.failuresPerSecond, limits.failuresBurst, now);
  const open = openTokenBuckets(limits.openPerSecond, limits.openBurst, now);
  const valid = new Set<string>();

  return {
    admit(token, address) {
      const key = token && keyOf(token);
      if (key && valid.has(key)) return calls.take(key) ? 'proven' : 'too-many';
      return failures.has(networkOf(address)) ? 'unproven' : 'too-many';
    },
    admitOpen(address) {
      return open.take(networkOf(address)) ? 'unproven' : 'too-many';
    },
    succeeded(token) {
      const key = keyOf(token);
      if (valid.has(key)) return;
      if (valid.size >= TOKENS_MAX) valid.delete(valid.values().next().value!);
      valid.add(key);
      calls.take(key);
    },
    failed(token, address) {
      if (token) {
        valid.delete(keyOf(token));
        calls.forget(keyOf(token));
      }
      return failures.take(networkOf(address));
    },
  };
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}

/** The IPv4 address, or the /64 of an IPv6 address: one customer holds at least that many. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]!.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
