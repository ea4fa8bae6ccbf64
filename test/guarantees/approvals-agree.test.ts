// Whether enough people approved an assignment or an exception: the server, which starts it, and the
// verifier, which looks at it afterwards, agree on random approvals of random people.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyAuthority, foldFact as foldForVerifier } from '#verifier/authority.ts';
import type { Fact } from '#verifier/fact.ts';
import { verifyFact } from '#verifier/rule-facts.ts';
import { VerificationError } from '#verifier/verification-error.ts';
import { standingOf } from '../../src/server/domain/approvals/standing.ts';
import { foldFact as foldForServer, NO_AUTHORITY } from '../../src/server/ledger/authority.ts';
import { digestOfText, factEntry, idOf } from '../../verifier/test/sample.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

const WORLDS = process.env.WORKSMARTLY_LONG ? 100_000 : 2_000;
const USERS = [0, 1, 2, 3, 4, 5].map((n) => idOf('usr', n));
const none = { id: null, signature: null };

type Terms = Extract<Fact, { type: 'approval.given' }>['terms'];

function randomTerms(random: SeededRandom): Terms {
  const user = random.pick(USERS);
  const common = { approvedBy: [], from: '2026-11-23T09:00:00.000Z', signature: null };
  const reason = digestOfText('why');
  if (random.chance(1, 2)) {
    const id = idOf('exc', 1);
    const until = '2026-11-23T12:00:00.000Z';
    const what = { types: ['person'], code: 'client-asked', reason, proposedBy: user };
    return { type: 'exception.granted', id, user, ...what, ...common, until };
  }
  return {
    ...{ type: 'assignment.started', id: idOf('asg', 1), user, team: 'servicing' },
    ...{ ...common, proposedBy: random.pick(USERS), reason, extends: null },
    budget: { peoplePerHour: null, peoplePerDay: null, rowsPerDay: null },
    until: '2027-11-23T12:00:00.000Z',
  };
}

function randomFacts(random: SeededRandom, terms: Terms): Fact[] {
  const users = USERS.map((user): Fact => {
    const side = random.pick(['provider', 'client'] as const);
    const roles =
      side === 'provider'
        ? (['security'] as const)
        : [random.pick(['hr', 'executive', 'staff'] as const)];
    const person = idOf('per', random.below(5));
    return { type: 'user.registered', ...none, user, person, side, roles: [...roles] };
  });
  const approvals = USERS.filter(() => random.chance(2, 3)).map((by): Fact => {
    const isOther = random.chance(1, 10);
    const approved = isOther ? { ...terms, reason: digestOfText('other') } : terms;
    return { type: 'approval.given', ...none, terms: approved, by };
  });
  const disabled = USERS.filter(() => random.chance(1, 10)).map(
    (user): Fact => ({ type: 'user.disabled', ...none, user }),
  );
  const flags = { signed: true, places: false, reviews: false };
  const counts = { approvals: 1 + random.below(2), clientApprovesExceptions: random.chance(1, 2) };
  const rules: Fact = { type: 'rules.set', ...none, ...flags, ...counts, by: USERS[0]! };
  return [rules, ...users, ...approvals, ...disabled];
}

test('what the server starts as approved the verifier finds approved, and nothing less', () => {
  const seen = { started: 0, waiting: 0 };
  for (let seed = 1; seed <= WORLDS; seed++) {
    const random = seededRandom(seed);
    const terms = randomTerms(random);
    const verifier = emptyAuthority();
    let server = NO_AUTHORITY;
    for (const [index, fact] of randomFacts(random, terms).entries()) {
      foldForVerifier(verifier, fact, 0, index);
      server = foldForServer(server, fact, index, 0);
    }
    const isRefused = (approvedBy: readonly string[]): boolean => {
      try {
        const started = { ...terms, approvedBy: [...approvedBy] } as Fact;
        verifyFact(verifier, 'worksmartly/x', factEntry(0, started), 99);
        return false;
      } catch (error) {
        assert.ok(error instanceof VerificationError);
        return true;
      }
    };
    const { given, needed, has } = standingOf(server, server, terms);
    if (has.client >= needed.client && has.provider >= needed.provider) {
      seen.started++;
      assert.equal(isRefused(given), false, `seed ${seed}`);
      continue;
    }
    seen.waiting++;
    // The server counts a person's first approval only; the verifier takes the one that is named.
    const personOf = (user: string) => server.users.get(user)!.person;
    const counted = new Set(given.map(personOf));
    const isFirst = (user: string) => given.includes(user) || !counted.has(personOf(user));
    const some = random.some(USERS).filter(isFirst);
    for (const claimed of [given, USERS.filter(isFirst), some, []]) {
      assert.equal(isRefused(claimed), true, `seed ${seed}: ${claimed.length}`);
    }
  }
  for (const count of Object.values(seen)) assert.ok(count > WORLDS / 10, JSON.stringify(seen));
});
