/** Until when each of the provider's users is bound, and who is to be reminded of it. */
import { type Authority, type InForce, isInForce } from '../../ledger/authority.ts';
import { withCurrentText } from '../../ledger/current-text.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days before the end at which somebody is reminded, the nearest first. */
const THRESHOLDS = [7, 30] as const;

export interface Expiry {
  readonly user: string;
  /** The agreement that covers longest; undefined where none covers now. */
  readonly nda: (InForce & { readonly fact: { readonly id: string } }) | undefined;
  /** The threshold that was passed, in days; null where nothing covers. */
  readonly days: 7 | 30 | null;
}

/** Of the provider's ledger: users of the team who are not disabled and whose agreement ends within 30
 * days at `at` (ms), or who have none. An agreement that follows counts already. */
export function expiring(authority: Authority, at: number): Expiry[] {
  const found: Expiry[] = [];
  for (const { user, side, roles, disabled } of authority.users.values()) {
    const isTeam = roles.some((role) => role === 'servicing' || role === 'product');
    if (side !== 'provider' || disabled || !isTeam) continue;
    const own = [...authority.ndas.values()].filter(({ fact }) => fact.user === user);
    const current = withCurrentText(authority, 'nda', own, at);
    const covering = current
      .filter((nda) => isInForce(nda, at))
      .reduce<(typeof own)[number] | undefined>(longer, undefined);
    if (!covering) {
      found.push({ user, nda: undefined, days: null });
      continue;
    }
    const last = current
      .filter((nda) => nda.from <= covering.until && nda.until > covering.until)
      .reduce(longer, covering)!;
    const days = THRESHOLDS.find((threshold) => last.until - at <= threshold * DAY_MS);
    if (days) found.push({ user, nda: last, days });
  }
  return found;
}

/** When a reminder of so many days was first due, ms. */
export function dueSince({ nda, days }: Expiry): number {
  return nda!.until - days! * DAY_MS;
}

function longer<N extends InForce>(a: N | undefined, b: N): N {
  return a && a.until >= b.until ? a : b;
}
