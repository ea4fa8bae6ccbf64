/** Opens a review of who has access once a quarter (UTC) for every client that demands it, and records the
 * end of what none kept within 14 days. That end holds by itself (`ledger/assignment-cover.ts`), whether
 * anything here runs or not; what is recorded here tells it. */

import type { Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readClientIds } from '../../ledger/registry.ts';
import { newUuid } from '../../uuid.ts';
import { isCurrent, undecidedIn } from './review-state.ts';

const HOUR_MS = 60 * 60 * 1000;
const ANSWERED_IN_MS = 14 * 24 * HOUR_MS;
/** An entry has 65,535 bytes; a review that lists more is several. */
const LISTED_MAX = 1000;

const lookedAt = new WeakMap<House, number>();

/** Looks at every client, at most once an hour. */
export async function runReviews(house: House): Promise<void> {
  const now = house.now();
  if (now - (lookedAt.get(house) ?? Number.NEGATIVE_INFINITY) < HOUR_MS) return;
  lookedAt.set(house, now);
  for (const id of await readClientIds(house.database)) {
    if (house.stopping.aborted) return;
    try {
      await lookAfter(house, id);
    } catch (error) {
      // The others go on: this one may be sealed off, or its ledger not writable.
      const { code, name } = error as { code?: string; name?: string };
      house.log({ event: 'review-failed', client: id, code: code ?? name ?? null });
    }
  }
}

async function lookAfter(house: House, id: string): Promise<void> {
  const state = await house.ledgers.find(id);
  if (!state || state.closed) return;
  await house.ledgers.refresh(state);
  const { rules, status, index } = state.authority;
  if (!rules.reviews || status === 'ended') return;
  const at = Math.max(house.now(), state.head.at);
  const facts = [...endsDue(state, at), ...openingsDue(state, at)];
  if (facts.length === 0) return;
  // Where another process was first this is stale, and there is nothing left to do.
  await house.ledgers.appendFacts({
    entries: facts.map((fact) => ({
      state,
      draft: systemDraft('sys:reviews', 'reviews.run', fact),
    })),
    decided: new Map([[state.id, index]]),
    until: Number.POSITIVE_INFINITY,
  });
}

function endsDue({ authority }: LedgerState, at: number): Fact[] {
  const ended = new Set<string>();
  for (const review of authority.reviews.values()) {
    if (Date.parse(review.fact.due) > at) continue;
    for (const id of undecidedIn(authority, review, at)) ended.add(id);
  }
  return [...ended].map((ref) => ({
    type: 'assignment.ended',
    id: null,
    ref,
    by: 'sys:reviews',
    signature: null,
  }));
}

/** None while one of this quarter stands, or while everybody was approved or kept in this quarter. */
function openingsDue({ authority }: LedgerState, at: number): Fact[] {
  const quarter = quarterOf(at);
  if ([...authority.reviews.values()].some((review) => review.at >= quarter)) return [];
  const current = [...authority.assignments.keys()].filter((id) => isCurrent(authority, id, at));
  const overdue = [...authority.reviews.values()]
    .filter(({ fact }) => Date.parse(fact.due) <= at)
    .flatMap((review) => undecidedIn(authority, review, at));
  const listed = current.filter((id) => !overdue.includes(id)).sort();
  if (!listed.some((id) => (authority.keptAt.get(id) ?? 0) < quarter)) return [];
  const due = new Date(at + ANSWERED_IN_MS).toISOString();
  const facts: Fact[] = [];
  for (let from = 0; from < listed.length; from += LISTED_MAX) {
    const id = toId('review', newUuid(at));
    const assignments = listed.slice(from, from + LISTED_MAX);
    facts.push({ type: 'review.opened', id, assignments, due, signature: null });
  }
  return facts;
}

/** When the quarter of `at` began, ms. */
function quarterOf(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), 3 * Math.floor(date.getUTCMonth() / 3));
}
