// Nobody is assigned on their own word: as many people as the client demands approve exactly what was
// proposed, whatever else happens at the same time.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { must } from '../support/api.ts';
import {
  type ApprovalDesk,
  assertRefused,
  ofProposal,
  openApprovalDesk,
} from '../support/approval-desk.ts';
import { newTeamUser } from '../support/assigned-user.ts';
import { DAY, HOUR, iso } from '../support/clock.ts';
import { demand } from '../support/reviews.ts';
import { forgetRefusals } from '../support/scene.ts';

let desk: ApprovalDesk;
before(async () => {
  desk = await openApprovalDesk();
});
after(() => desk.close());

test('with two approvals needed the first one opens nothing, and the second one does', async () => {
  const { id, terms, token, user } = await desk.propose();
  const first = await desk.approve(desk.by('hr'), id, { terms });
  assert.deepEqual(
    [first.status, first.json],
    [201, { id, state: 'proposed', approvals: 1, needed: 2 }],
  );
  assert.equal((await desk.open(token)).status, 404);
  assertRefused(await desk.approve(desk.by('hr'), id), 409, 'already-approved');
  const { approvedBy, approvals, needed } = await desk.listed(id);
  assert.deepEqual([approvedBy, approvals, needed], [[desk.world.users.hr], 1, 2]);
  const second = await desk.approve(desk.by('executive'), id, { terms }, desk.other.url);
  assert.deepEqual([second.status, second.json], [201, { id, state: 'in-force' }]);
  for (const url of desk.urls) assert.equal((await desk.open(token, url)).status, 200);
  const { started } = await desk.factsOf(id);
  assert.deepEqual(started[0]!.approvedBy, [desk.world.users.hr, desk.world.users.executive]);
  assert.equal(started[0]!.user, user);
  assert.equal(await desk.assertApproved(id), 1);
  assert.equal((await desk.approve(desk.by('executive'), id)).status, 404);
});

describe('one person counts once, and never for themselves', () => {
  let count = 0;
  const account = async (person: string, role: string) => {
    const name = `Another ${++count}`;
    const address = `another${count}@example.test`;
    const of = { side: 'client', client: desk.client, roles: [role], name, address, person };
    const { id } = await must(desk.world.url, desk.by('hr'), 'users.register', { body: of });
    const asked = { params: { id }, body: {} };
    return (await must(desk.world.url, desk.by('hr'), 'tokens.issue', asked)).token as string;
  };
  const personOf = (user: string) =>
    desk.world.server.house.ledgers.provider.authority.users.get(user)!.person;

  test('a second account of whoever approved already', async () => {
    const { id } = await desk.propose();
    await desk.approve(desk.by('hr'), id);
    const twin = await account(personOf(desk.world.users.hr), 'executive');
    assertRefused(await desk.approve(twin, id), 409, 'already-approved');
    assert.equal(await desk.assertApproved(id), 0);
  });

  test('a second account of whoever proposed it, or whom it is for', async () => {
    const { id, user } = await desk.propose();
    for (const person of [personOf(desk.world.users.administrator), personOf(user)]) {
      assertRefused(await desk.approve(await account(person, 'hr'), id), 403, 'same-person');
    }
    assert.deepEqual((await desk.factsOf(id)).approvals, []);
  });

  test('an approver who is disabled before the last approval counts no more', async () => {
    const { id, token } = await desk.propose();
    const { id: temporary } = await must(desk.world.url, desk.by('hr'), 'users.register', {
      body: {
        ...{ side: 'client', client: desk.client, roles: ['hr'], name: 'Soon Gone' },
        address: 'soon.gone@example.test',
      },
    });
    const asked = { params: { id: temporary }, body: {} };
    const issued = await must(desk.world.url, desk.by('hr'), 'tokens.issue', asked);
    await desk.approve(issued.token, id);
    await must(desk.world.url, desk.by('security'), 'users.disable', { params: { id: temporary } });
    assert.equal((await desk.approve(desk.by('hr'), id)).json.approvals, 1);
    assert.equal((await desk.open(token)).status, 404);
    assert.equal((await desk.approve(desk.by('executive'), id)).json.state, 'in-force');
    assert.equal(await desk.assertApproved(id), 1);
  });
});

describe('what was proposed is what is approved', () => {
  test('an approval of what has been edited since is refused, and earlier ones count nothing', async () => {
    const { id, terms, user } = await desk.propose();
    await desk.approve(desk.by('hr'), id, { terms });
    const edited = await desk.revise(id, user, { until: iso(desk.clock.now() + 100 * DAY) });
    assert.equal(edited.status, 200);
    assertRefused(await desk.approve(desk.by('executive'), id, { terms }), 409, 'proposal-changed');
    assert.equal((await desk.factsOf(id)).approvals.length, 1);
    const { approvals, terms: now } = await desk.listed(id);
    assert.deepEqual([approvals, now], [0, edited.json.terms]);
    const again = await desk.approve(desk.by('executive'), id, { terms: now });
    assert.deepEqual([again.json.state, again.json.approvals], ['proposed', 1]);
    assert.equal((await desk.approve(desk.by('hr'), id, { terms: now })).json.state, 'in-force');
    assert.equal(await desk.assertApproved(id), 1);
  });

  test('only whoever proposed it edits it; either side takes it back', async () => {
    const { id, user } = await desk.propose();
    for (const persona of ['servicing', 'security', 'hr', 'executive', 'auditor'] as const) {
      const edit = { params: { id }, body: desk.body(user) };
      assert.ok(
        [403, 404].includes((await desk.call(desk.by(persona), 'assignments.revise', edit)).status),
      );
    }
    const withdraw = { params: ofProposal(id) };
    assert.equal(
      (await desk.call(desk.by('security'), 'proposals.withdraw', withdraw)).status,
      404,
    );
    assert.equal(
      (await desk.call(desk.by('executive'), 'proposals.withdraw', withdraw)).status,
      200,
    );
    assert.equal((await desk.approve(desk.by('hr'), id)).status, 404);
  });

  test('it comes into force on its day, and not after it has lapsed', async () => {
    const from = desk.clock.now() + 2 * HOUR;
    const { id, token } = await desk.propose({ from: iso(from), until: iso(from + HOUR) });
    const late = await desk.propose({ until: iso(desk.clock.now() + HOUR) });
    const old = await desk.propose();
    await desk.approve(desk.by('hr'), id);
    await desk.approve(desk.by('executive'), id);
    assert.equal((await desk.open(token)).status, 404);
    desk.clock.pass(from - desk.clock.now());
    assert.equal((await desk.open(token)).status, 200);
    assertRefused(await desk.approve(desk.by('hr'), late.id), 409, 'proposal-lapsed');
    desk.clock.pass(HOUR);
    assert.equal((await desk.open(token)).status, 404);
    assert.deepEqual((await desk.factsOf(late.id)).approvals, []);
    assert.equal((await desk.approve(desk.by('hr'), old.id)).status, 201);
  });

  test('it is extended by another one, of the same user only', async () => {
    const { id, user } = await desk.propose({ until: iso(desk.clock.now() + DAY) });
    for (const persona of ['hr', 'executive'] as const) await desk.approve(desk.by(persona), id);
    const start = (more: object) =>
      desk.call(desk.by('administrator'), 'assignments.start', { body: desk.body(user, more) });
    const longer = { until: iso(desk.clock.now() + 300 * DAY) };
    assert.equal((await start({ ...longer, extends: id })).status, 201);
    for (const extended of [desk.world.facts.assignment, `asg_${id.slice(4, -1)}0`]) {
      const { status, json } = await start({ ...longer, extends: extended });
      assert.deepEqual([status, json.faults[0].at], [400, 'body.extends']);
    }
  });

  test('what cannot be proposed changes nothing and says where it is wrong', async () => {
    const { id, user } = await desk.propose();
    const waiting = async () => (await desk.call(desk.by('hr'), 'proposals.list', {})).json.items;
    const before = await waiting();
    const wrong: [object, string][] = [
      [{ until: iso(desk.clock.now() + 366 * DAY + 1) }, 'body.until'],
      [{ until: iso(desk.clock.now() - 1) }, 'until'],
      [{ reason: 'two\nlines' }, 'body.reason'],
      [
        { budget: { peoplePerHour: -1, peoplePerDay: 1, rowsPerDay: 1 } },
        'body.budget.peoplePerHour',
      ],
      [
        { budget: { peoplePerHour: 1.5, peoplePerDay: 1, rowsPerDay: 1 } },
        'body.budget.peoplePerHour',
      ],
      [{ budget: { peoplePerHour: 1 } }, 'body.budget.peoplePerDay'],
      [{ team: 'product' }, 'user'],
      [{ approvedBy: [desk.world.users.hr] }, 'body.approvedBy'],
    ];
    for (const [more, at] of wrong) {
      const start = { body: desk.body(user, more) };
      for (const answer of [
        await desk.call(desk.by('administrator'), 'assignments.start', start),
        await desk.revise(id, user, more),
      ]) {
        assert.deepEqual([answer.status, answer.json.faults[0].at], [400, at], answer.text);
      }
      forgetRefusals(desk.clock);
    }
    assert.deepEqual(await waiting(), before);
  });
});

describe('an assignment is ended by either side, or by the user', () => {
  const end = (token: string, id: string) =>
    desk.call(token, 'assignments.end', { params: { id } });
  for (const persona of ['hr', 'executive', 'administrator', 'security', 'none'] as const) {
    test(`by ${persona === 'none' ? 'the user' : persona}: the next request is refused`, async () => {
      const { id, token } = await desk.propose();
      for (const approver of ['hr', 'executive'] as const)
        await desk.approve(desk.by(approver), id);
      assert.equal((await desk.open(token)).status, 200);
      assert.equal((await end(desk.by('servicing'), id)).status, 404);
      assert.equal((await end(persona === 'none' ? token : desk.by(persona), id)).status, 200);
      for (const url of desk.urls) assert.equal((await desk.open(token, url)).status, 404);
      assert.equal((await end(desk.by('security'), id)).status, 404);
    });
  }
});

describe('whatever happens at the same time', () => {
  test('fifty approvals of two people in two processes start it once', async () => {
    const { id } = await desk.propose();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        desk.approve(desk.by(i % 4 < 2 ? 'hr' : 'executive'), id, undefined, desk.urls[i % 2]),
      ),
    );
    const states = answers.filter(({ status }) => status === 201).map(({ json }) => json.state);
    assert.deepEqual(states.sort(), ['in-force', 'proposed']);
    assert.equal((await desk.factsOf(id)).approvals.length, 2);
    assert.equal(await desk.assertApproved(id), 1);
  });

  test('approvals beside edits never start what two people have not both seen', async () => {
    const { id, user } = await desk.propose();
    const edits = Array.from({ length: 15 }, (_, i) =>
      desk.revise(id, user, { until: iso(desk.clock.now() + (i + 1) * DAY) }, desk.urls[i % 2]),
    );
    const approvals = Array.from({ length: 15 }, (_, i) =>
      desk.approve(desk.by(i % 2 ? 'hr' : 'executive'), id, undefined, desk.urls[i % 2]),
    );
    await Promise.all([...edits, ...approvals]);
    await desk.assertApproved(id);
  });

  test('an end beside the last approval leaves it ended, or never started', async () => {
    const { id, token } = await desk.propose();
    await desk.approve(desk.by('hr'), id);
    await Promise.all(
      Array.from({ length: 25 }, (_, i) => [
        desk.approve(desk.by('executive'), id, undefined, desk.urls[i % 2]),
        desk.call(
          desk.by('security'),
          'assignments.end',
          { params: { id } },
          desk.urls[1 - (i % 2)],
        ),
      ]).flat(),
    );
    const { started, ended } = await desk.factsOf(id);
    assert.equal(started.length, 1);
    const expected = ended > 0 ? 404 : 200;
    for (const url of desk.urls) assert.equal((await desk.open(token, url)).status, expected);
    assert.ok(ended <= 1);
  });

  test('in every order that a scheduler thinks of', async () => {
    const runs = process.env.WORKSMARTLY_LONG ? 100 : 6;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (s) => {
        const { id, user, token } = await desk.propose();
        const run = <T>(act: () => Promise<T>, label: string) =>
          s.schedule(Promise.resolve(), label).then(act);
        const acts = [
          run(() => desk.approve(desk.by('hr'), id, undefined, desk.urls[0]), 'approve'),
          run(() => desk.approve(desk.by('executive'), id, undefined, desk.urls[1]), 'approve'),
          run(
            () => desk.revise(id, user, { until: iso(desk.clock.now() + DAY) }, desk.urls[1]),
            'revise',
          ),
          run(() => desk.approve(desk.by('hr'), id, undefined, desk.urls[1]), 'approve again'),
          run(
            () => desk.approve(desk.by('executive'), id, undefined, desk.urls[0]),
            'approve again',
          ),
          run(() => desk.call(desk.by('hr'), 'assignments.end', { params: { id } }), 'end'),
        ];
        await s.waitAll();
        await Promise.all(acts);
        const isStarted = (await desk.assertApproved(id)) === 1;
        const { ended } = await desk.factsOf(id);
        assert.ok(ended === 0 || isStarted);
        assert.equal((await desk.open(token)).status, isStarted && ended === 0 ? 200 : 404);
      }),
      { numRuns: runs },
    );
  });
});

describe('an exception is approved by somebody else at the provider, then by the client', () => {
  const approveIt = (token: string, id: string) =>
    desk.call(token, 'proposals.approve', { params: { kind: 'exceptions', id } });
  const request = async () => {
    const { world, clock, client } = desk;
    const until = iso(clock.now() + HOUR);
    const asked = { client, types: ['person'], code: 'legal-deadline', reason: 'Due today', until };
    return (await must(world.url, desk.by('servicing'), 'exceptions.request', { body: asked })).id;
  };
  before(() => demand(desk.world, desk.client, { approvals: 2, clientApprovesExceptions: true }));

  test('in this order, with as many people of the client as it demands', async () => {
    const id = await request();
    assertRefused(await approveIt(desk.by('hr'), id), 409, 'provider-first');
    assertRefused(await approveIt(desk.by('servicing'), id), 403, 'same-person');
    assert.equal((await approveIt(desk.by('outsider'), id)).status, 404);
    const colleague = await approveIt(desk.by('product'), id);
    assert.deepEqual(
      [colleague.status, colleague.json.approvals, colleague.json.needed],
      [201, 1, 3],
    );
    assertRefused(await approveIt(desk.by('security'), id), 409, 'already-approved');
    assert.equal((await approveIt(desk.by('hr'), id)).json.state, 'proposed');
    assertRefused(await approveIt(desk.by('hr'), id), 409, 'already-approved');
    assert.equal((await approveIt(desk.by('executive'), id)).json.state, 'in-force');
  });

  test('never by a second account of whoever asked', async () => {
    const id = await request();
    const { users } = desk.world.server.house.ledgers.provider.authority;
    const { person } = users.get(desk.world.users.servicing)!;
    const twin = await newTeamUser(desk.world, 'Twin Asking', { roles: ['security'], person });
    assertRefused(await approveIt(twin.token, id), 403, 'same-person');
  });

  test('and lapses with its hours', async () => {
    const id = await request();
    desk.clock.pass(HOUR);
    assertRefused(await approveIt(desk.by('security'), id), 409, 'proposal-lapsed');
  });
});
