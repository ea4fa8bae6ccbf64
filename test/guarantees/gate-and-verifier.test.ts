// The gate, written from policies/, and the verifier's Rule A, written from FORMATS §1, agree on
// random worlds: 2,000 of them, and 100,000 with WORKSMARTLY_LONG=1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyAuthority, foldFact as foldForVerifier } from '#verifier/authority.ts';
import { type Entry, encodeEntry, parseEntry } from '#verifier/entry.ts';
import { judgeEntry } from '#verifier/rule-a.ts';
import { stampOf } from '#verifier/time-stamp.ts';
import { type Decision, decide, type Question } from '../../src/server/gate/decide.ts';
import { decideCached } from '../../src/server/gate/decide-cached.ts';
import type { Policies } from '../../src/server/gate/policies.ts';
import {
  type Authority,
  foldFact as foldForGate,
  NO_AUTHORITY,
} from '../../src/server/ledger/authority.ts';
import { draftEntry } from '../../src/server/ledger/draft.ts';
import { policiesInForce, policiesWithout, policyNames } from '../support/changed-policies.ts';
import { randomStart } from '../support/random-access.ts';
import { firstFacts, randomFact, randomQuestion } from '../support/random-authority.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

const WORLDS = process.env.WORKSMARTLY_LONG ? 100_000 : 2_000;
const STEPS = 4;
const MINUTE_MS = 60_000;
const UUID = '01900000-0000-7000-8000-000000000000';
const SALT = Buffer.alloc(16).toString('base64');
const TEAM = ['servicing', 'product'];

/** The same facts, folded by both sides. */
interface World {
  gate: Authority;
  readonly verifier: ReturnType<typeof emptyAuthority>;
  size: number;
  at: number;
}

interface Seen {
  allowed: number;
  refused: number;
  byTeam: number;
}

test('whatever the gate allows Rule A covers, and whatever Rule A would cover the gate allows its teams', () => {
  const seen = compare(policiesInForce(), WORLDS);
  // A generator that hardly ever allows, or hardly ever refuses, would prove nothing.
  for (const count of Object.values(seen)) assert.ok(count > WORLDS / 2, JSON.stringify(seen));
});

test('a gate that forgot one promise to its clients would be found out', () => {
  const forbids = policyNames().filter((name) => !name.startsWith('role-'));
  // The one below is about everybody else: for the teams, client-not-active-team says the same.
  for (const name of forbids.filter((name) => name !== 'client-not-active')) {
    assert.throws(() => compare(policiesWithout(name), 2_000), assert.AssertionError, name);
  }
});

/** Throws at the first disagreement. */
function compare(policies: Policies, worlds: number): Seen {
  const seen = { allowed: 0, refused: 0, byTeam: 0 };
  for (let seed = 1; seed <= worlds; seed++) {
    const random = seededRandom(seed);
    const world: World = {
      gate: NO_AUTHORITY,
      verifier: emptyAuthority(),
      size: 0,
      at: randomStart(random),
    };
    for (const fact of firstFacts(random, world.at)) record(world, fact);
    for (let step = 0; step < STEPS; step++) {
      world.at += random.pick([0, 0, 1, 30 * MINUTE_MS, 90 * MINUTE_MS]);
      if (random.chance(1, 2)) record(world, randomFact(random, world.at));
      check(policies, world, random, seen, `seed ${seed}, step ${step}`);
    }
  }
  return seen;
}

function record(world: World, fact: Parameters<typeof foldForVerifier>[1]): void {
  const index = world.size++;
  world.gate = foldForGate(world.gate, fact, index, world.at);
  foldForVerifier(world.verifier, fact, stampOf(new Date(world.at).toISOString()), index);
}

function check(
  policies: Policies,
  world: World,
  random: SeededRandom,
  seen: Seen,
  where: string,
): void {
  const question = randomQuestion(random);
  const decision = decide(policies, world.gate, question, world.at);
  if (random.chance(1, 8)) {
    // Twice: the second one is remembered.
    decideCached(policies, world.gate, question, world.at);
    const again = decideCached(policies, world.gate, question, world.at);
    assert.deepEqual(again, decision, `${where}: remembered otherwise`);
  }
  const told = () =>
    JSON.stringify({ where, question, decision, at: world.at, gate: shown(world) });
  if (decision.allowed) {
    seen.allowed++;
    const { role, instruction, types, place } = decision;
    assert.equal(verdict(world, question, { role, instruction, types, place }), null, told());
    if (TEAM.includes(role)) seen.byTeam++;
    return;
  }
  seen.refused++;
  if (isForWantOfFacts(decision)) {
    for (const instruction of world.gate.instructions.keys()) {
      const types = question.types === 'all' ? [] : question.types;
      for (const place of placesOf(world, question)) {
        const claim = { role: decision.role!, instruction, types, place };
        assert.notEqual(verdict(world, question, claim), null, told());
      }
    }
  }
}

/** A team member's request that only a missing promise stands against. */
function isForWantOfFacts(decision: Extract<Decision, { allowed: false }>): boolean {
  return TEAM.includes(decision.role ?? '') && !decision.reasons.includes('role-not-permitted');
}

interface Claim {
  readonly role: string;
  readonly instruction: string | null;
  readonly types: readonly string[];
  readonly place: Entry['context']['place'];
}

/** Every place from which the call could be said to come: its offices, the user's exceptions, and none. */
function placesOf({ gate }: World, { user, offices }: Question): Claim['place'][] {
  const exceptions = [...gate.exceptions.values()].filter(({ fact }) => fact.user === user);
  return [
    { kind: 'unchecked', id: null },
    ...exceptions.map(({ fact }) => ({ kind: 'exception', id: fact.id }) as const),
    ...offices.flatMap((id) => {
      const office = gate.offices.get(id);
      return office ? [{ kind: office.fact.kind, id }] : [];
    }),
  ];
}

/** What Rule A says of the entry that the gate would write, through its bytes. */
function verdict(world: World, question: Question, claim: Claim): string | null {
  const side = world.gate.users.get(question.user)!.side;
  const draft = draftEntry({
    principal: { user: question.user.slice(4), token: UUID },
    side,
    role: claim.role,
    operation: question.operation,
    outcome: 'allowed',
    purpose: question.purpose,
    instruction: claim.instruction,
    types: claim.types,
    place: claim.place,
  });
  const entry: Entry = { v: 2, at: new Date(world.at).toISOString(), salt: SALT, ...draft };
  return judgeEntry(world.verifier, new Map(), parseEntry(encodeEntry(entry)));
}

function shown({ gate }: World): unknown {
  const { status, users, ndas, agreements, notices, instructions, assignments } = gate;
  const maps = { users, ndas, agreements, notices, instructions, assignments };
  return {
    status,
    ...Object.fromEntries(Object.entries(maps).map(([k, v]) => [k, [...v.values()]])),
  };
}
