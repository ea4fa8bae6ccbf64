/** Holds an entry against the budget of the assignment that its actor acts under. What it is held against is
 * counted from the ledger's own entries up to the head that the entry is built on; the append holds only
 * where the database still has that head, so nobody in any process can have used anything meanwhile. */
import type { Budget } from '#verifier/fact.ts';
import { coverOf } from './assignment-cover.ts';
import type { LedgerState } from './ledger-state.ts';
import { DAY_MS, HOUR_MS, type Used, usedAt, usedBy } from './usage.ts';
import type { EntryDraft, OverBudget } from './work.ts';

const TEAM: ReadonlySet<string | null> = new Set(['servicing', 'product']);
/** In the order in which they are told. */
const LIMITS = [
  ['peoplePerHour', 'peopleInHour', HOUR_MS],
  ['peoplePerDay', 'peopleInDay', DAY_MS],
  ['rowsPerDay', 'rowsInDay', DAY_MS],
] as const;

interface Given {
  readonly assignment: string;
  readonly budget: Budget;
}

/** The budget that the entry is held against at `at` (ms); null where there is none. */
export function budgetFor({ authority }: LedgerState, draft: EntryDraft, at: number): Given | null {
  const { outcome, side, role, kind, types, subjects, changes } = draft;
  if (outcome !== 'allowed' || side !== 'provider' || !TEAM.has(role)) return null;
  const isBare = types.length === 0 && changes === null && 'length' in subjects && !subjects.length;
  if (kind !== 'access' && isBare) return null;
  const { assignment, budget } = coverOf(authority, draft.actor, at);
  return assignment && budget && { assignment: assignment.fact.id, budget };
}

/** Null when the entry is within its budget beside `others`, which are to be appended before it. Without
 * them it might be: then it `waits` until it is known whether they were. */
export function checkBudget(
  state: LedgerState,
  draft: EntryDraft,
  others: readonly EntryDraft[],
  at: number,
): OverBudget | 'waits' | null {
  const given = budgetFor(state, draft, at);
  if (!given) return null;
  const used = sum(usedAt(state, draft.actor, at), usedBy(draft));
  const over = beyond(given, used, at);
  if (over) return over;
  const mine = others.filter(({ actor }) => actor === draft.actor).map(usedBy);
  return beyond(given, mine.reduce(sum, used), at) && 'waits';
}

function beyond({ assignment, budget }: Given, used: Used, at: number): OverBudget | null {
  for (const [limit, count, length] of LIMITS) {
    const most = budget[limit];
    if (most === null || used[count] <= most) continue;
    const since = at - (at % length);
    return { kind: 'over-budget', assignment, limit, most, since, until: since + length };
  }
  return null;
}

function sum(a: Used, b: Used): Used {
  return {
    peopleInHour: a.peopleInHour + b.peopleInHour,
    peopleInDay: a.peopleInDay + b.peopleInDay,
    rowsInDay: a.rowsInDay + b.rowsInDay,
  };
}
