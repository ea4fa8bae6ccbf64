/** When an authority will say something else although no fact is added. */
import type { Authority } from './authority.ts';

/** The first time after `at` (ms) at which some period of this authority begins or ends. */
export function nextBoundary(authority: Authority, at: number): number {
  let next = Number.POSITIVE_INFINITY;
  const { ndas, agreements, notices, instructions, assignments } = authority;
  const { offices, hours, exceptions } = authority;
  const periods = [
    ndas,
    agreements,
    notices,
    instructions,
    assignments,
    offices,
    hours,
    exceptions,
  ];
  for (const facts of periods) {
    for (const { from, until } of facts.values()) {
      if (from > at && from < next) next = from;
      if (until > at && until < next) next = until;
    }
  }
  for (const { fact } of authority.texts) {
    const from = Date.parse(fact.from);
    if (fact.mandatory && from > at && from < next) next = from;
  }
  return next;
}
