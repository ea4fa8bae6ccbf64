// The policies: what cannot be evaluated is refused, no policy is dead, and the schema's actions are
// the operations.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Operation } from '../../src/contract/operation.ts';
import { OPERATIONS } from '../../src/contract/operations.ts';
import { REASONS } from '../../src/contract/promises.ts';
import { ROLES } from '../../src/contract/schemas.ts';
import { DOMAIN } from '../../src/server/domain/table.ts';
import type { PolicyRequest } from '../../src/server/gate/policies.ts';
import {
  POLICIES,
  policiesInForce,
  policiesWith,
  policiesWithout,
  policyNames,
} from '../support/changed-policies.ts';

const PERIOD = { from: 0, until: 100 };
const OFFICE = { isChecked: true, kind: 'office', isInForce: true, isWithinHours: true };
const INSTRUCTION = { ...PERIOD, purposes: ['hr-administration'], types: ['person'] };
const EVERY_PROMISE = {
  now: 50,
  status: 'active',
  isSuspended: false,
  isSealedOff: false,
  isAssignmentSuspended: false,
  isNotReviewed: false,
  isAssignmentTooLong: false,
  isClockStopped: false,
  place: OFFICE,
  purpose: 'hr-administration',
  types: ['person'],
  assignment: PERIOD,
  nda: PERIOD,
  agreement: PERIOD,
  notice: PERIOD,
  instruction: INSTRUCTION,
};
const read: PolicyRequest = {
  user: 'usr_1',
  role: 'servicing',
  operation: 'people.read',
  resource: { type: 'Client', id: 'cli_1' },
  context: EVERY_PROMISE,
};
const inForce = policiesInForce();

/** The request with changes to its context; null takes one out. */
function reading(changes: Record<string, unknown>, request = read): PolicyRequest {
  const context = { ...request.context, ...changes } as PolicyRequest['context'];
  const kept = Object.entries(context).filter(([, value]) => value !== null);
  return { ...request, context: Object.fromEntries(kept) };
}

test('with every promise kept the reading is allowed', () => {
  assert.deepEqual(inForce.decide(read), { allowed: true, reasons: [] });
});

test('an attribute of the wrong type is refused', () => {
  const wrong = [
    reading({ now: '50' }),
    reading({ types: 'person' }),
    reading({ nda: { from: 0, until: '100' } }),
    reading({ instruction: PERIOD }),
    { ...read, resource: { type: 'Provider' as const, id: 'provider' } },
  ];
  for (const request of wrong) {
    assert.deepEqual(inForce.decide(request), { allowed: false, reasons: ['decision-failed'] });
  }
});

test('an unknown attribute or operation, and a missing attribute, are refused', () => {
  const unknown = [
    reading({ override: true }),
    reading({ nda: { ...PERIOD, waived: true } }),
    reading({ status: null }),
    { ...read, operation: 'people.forget' },
  ];
  for (const request of unknown) {
    assert.deepEqual(inForce.decide(request), { allowed: false, reasons: ['decision-failed'] });
  }
});

test('a policy that fails while it is evaluated refuses, even where others permit', () => {
  const overflow = 'context.now + 9223372036854775807 > 0';
  for (const effect of ['forbid', 'permit']) {
    const text = `${effect} (principal, action, resource is Client) when { ${overflow} };`;
    const answer = policiesWith('fails', text).decide(read);
    assert.deepEqual(answer, { allowed: false, reasons: ['decision-failed'] }, effect);
  }
});

test('a policy that does not fit the schema is not loaded, and is named', () => {
  const text = 'forbid (principal, action, resource is Client) when { context.hour < 7 };';
  assert.throws(() => policiesWith('office-hours', text), /office-hours/);
  assert.throws(() => policiesWith('broken', 'permit (principal'), /policies: /);
});

test('every action of the schema is an operation, and the other way round', () => {
  const schema = schemaToJson(readFileSync(`${POLICIES}/schema.cedarschema`, 'utf8'));
  assert.equal(schema.type, 'success');
  // A group of actions applies to nothing itself.
  const actions = Object.entries(schema.json['']?.actions ?? {}).flatMap(([id, { appliesTo }]) =>
    appliesTo?.resourceTypes.length ? [`${id} ${appliesTo.resourceTypes}`] : [],
  );
  const resource = { client: 'Client', provider: 'Provider' };
  const operations = (OPERATIONS as readonly Operation[]).flatMap(({ id, ledger }) =>
    ledger === null ? [] : [`${id} ${resource[ledger]}`],
  );
  assert.deepEqual(actions.sort(), operations.sort());
});

/** By forbid: a request that breaks this promise alone. */
const BROKEN: Record<string, PolicyRequest> = {
  'access-suspended': reading({ isSuspended: true }),
  'assignment-suspended': reading({ isAssignmentSuspended: true }),
  'assignment-too-long': reading({ isAssignmentTooLong: true }),
  'client-sealed-off': reading({ isSealedOff: true }, { ...read, role: 'hr' }),
  'clock-unchecked': reading({ isClockStopped: true }),
  'instruction-suspended': reading({ instruction: { ...INSTRUCTION, isSuspended: true } }),
  'no-exception': reading({
    place: { ...OFFICE, kind: 'exception' },
    exception: { ...PERIOD, types: ['job'] },
  }),
  'not-reviewed': reading({ isNotReviewed: true }),
  'outside-hours': reading({ place: { ...OFFICE, isWithinHours: false } }),
  'outside-premises': reading({ place: { ...OFFICE, kind: 'unchecked', isInForce: false } }),
  'client-not-active': reading({ status: 'frozen' }, { ...read, role: 'hr' }),
  'client-not-active-team': reading({ status: 'ended' }, { ...read, operation: 'catalogue.read' }),
  'no-agreement': reading({ agreement: null }),
  'no-assignment': reading({ assignment: { from: 0, until: 50 } }),
  'no-instruction': reading({ instruction: null }),
  'no-nda': reading({ nda: { from: 51, until: 100 } }),
  'no-notice': reading({ notice: { from: 0, until: 49 } }),
  'purpose-not-instructed': reading({ purpose: 'study' }),
  'type-not-instructed': reading({ types: ['injury', 'person'] }),
};
const forbids = policyNames().filter((name) => !name.startsWith('role-'));

test('every forbidding policy has a request that it alone refuses', () => {
  assert.deepEqual(forbids, Object.keys(BROKEN).sort());
  for (const name of forbids) {
    const reason = name.replace(/-team$/, '');
    assert.deepEqual(inForce.decide(BROKEN[name]!), { allowed: false, reasons: [reason] }, name);
    assert.equal(policiesWithout(name).decide(BROKEN[name]!).allowed, true, `${name} is dead`);
    assert.ok(reason in REASONS, `${reason} keeps no promise that a refusal could name`);
  }
});

test('whatever touches people’s data stops when the client is not active', () => {
  // New keys and erasing show nobody anything, and may be wanted just then.
  const kept = new Set(['keys.rotate', 'people.erase']);
  const named = Object.entries(DOMAIN).filter(([id, { types }]) => types && !kept.has(id));
  assert.ok(named.length > 10);
  for (const [id] of named) {
    for (const role of ['hr', 'manager', 'staff', 'executive']) {
      const [request] = aboutTypes(id);
      const { allowed } = inForce.decide({ ...reading({ status: 'frozen' }, request), role });
      assert.equal(allowed, false, `${role} ${id}`);
    }
  }
});

test('a period ends at its last moment: from ≤ now < until', () => {
  const at = (from: number, until: number) => inForce.decide(reading({ nda: { from, until } }));
  assert.deepEqual(
    [at(50, 51).allowed, at(51, 60).allowed, at(40, 50).allowed],
    [true, false, false],
  );
});

test('every permitting policy is the only one that permits something', () => {
  const permits = policyNames().filter((name) => name.startsWith('role-'));
  const allowed = possibleRequests().filter((request) => inForce.decide(request).allowed);
  assert.ok(allowed.length > 50);
  for (const name of permits) {
    const { decide } = policiesWithout(name);
    const text = readFileSync(`${POLICIES}/${name}.cedar`, 'utf8');
    assert.ok(
      // What it does not name it does not permit.
      allowed.some(
        (request) => text.includes(`"${request.operation}"`) && !decide(request).allowed,
      ),
      `${name} is dead`,
    );
  }
});

/** Everything that somebody may ask when every promise is kept. */
function possibleRequests(): PolicyRequest[] {
  const requests: PolicyRequest[] = [];
  for (const { id, ledger } of OPERATIONS as readonly Operation[]) {
    for (const role of ROLES) {
      const about = ledger === 'client' ? aboutTypes(id) : aboutUsers(id);
      requests.push(...about.map((request) => ({ ...request, role })));
    }
  }
  return requests;
}

function aboutTypes(operation: string): PolicyRequest[] {
  const acknowledging = ['acknowledgement', 'policy', 'policyVersion'];
  return [['person'], acknowledging].map((types) => ({ ...reading({ types }), operation }));
}

function aboutUsers(operation: string): PolicyRequest[] {
  const resource = { type: 'Provider' as const, id: 'provider' };
  return ['provider', 'client', 'client-without-hr'].flatMap((targetSide) =>
    [true, false].map((is) => {
      const context = { targetSide, targetSelf: is, targetSameClient: is };
      return { ...read, operation, resource, context };
    }),
  );
}
