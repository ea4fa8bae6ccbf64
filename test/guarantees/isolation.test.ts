// Whatever belongs to another client is answered exactly like what does not exist: the same status,
// headers and body, wherever its id stands. Either way it costs one entry.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Operation } from '../../src/contract/operation.ts';
import { OPERATIONS, type OperationId } from '../../src/contract/operations.ts';
import { type Asked, ask, must } from '../support/api.ts';
import { EXAMPLES } from '../support/example-calls.ts';
import { liftAll } from '../support/example-kill-switch.ts';
import { type ForeignIds, makeForeignIds } from '../support/foreign-ids.ts';
import { ofCalls } from '../support/observe.ts';
import { permittedPersona } from '../support/permitted-persona.ts';
import { forgetRefusals, openStage, type Stage } from '../support/scene.ts';
import type { Persona } from '../support/world.ts';

const UNKNOWN = '01900000-0000-7000-8000-00000000ffff';
let stage: Stage;
let foreign: ForeignIds;
let own: string;
before(async () => {
  stage = await openStage();
  foreign = await makeForeignIds(stage.world);
  own = stage.world.clients[0];
});
after(() => stage.close());

type Params = Record<string, string>;
interface Case {
  readonly id: OperationId;
  readonly persona: Persona;
  readonly asked: Asked;
  /** Where its entry belongs. */
  readonly ledger: string;
}

/** What the outsider sees of an answer, without what differs between any two answers. */
async function seen({ id, persona, asked, ledger }: Case) {
  const { world, clock, observer } = stage;
  forgetRefusals(clock);
  const { answer, appended } = await observer.observe(() =>
    ask(world.url, world.tokens[persona], id, asked),
  );
  const calls = ofCalls(appended).map((entry) => `${entry.ledger} ${entry.entry.outcome}`);
  assert.deepEqual(calls, [`${ledger} refused`], `${id} ${JSON.stringify(asked.params)}`);
  // An import that the example left may come to its end meanwhile.
  const direct = appended.filter(({ entry }) => entry.via === null);
  assert.equal(direct.length, 1, id);
  const headers = [...answer.headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  return { status: answer.status, headers, text: answer.text };
}

async function assertAllNotFound(cases: readonly Case[]): Promise<void> {
  for (const one of cases) {
    const where = `${one.persona} ${one.id} ${JSON.stringify(one.asked)}`;
    assert.deepEqual(await seen(one), await notFound(), where);
  }
}

let reference: Awaited<ReturnType<typeof seen>> | undefined;

/** The answer about an unknown person of the own client. */
async function notFound() {
  const params = { c: own, sub: `sub_${UNKNOWN}` };
  reference ??= await seen({ id: 'people.read', persona: 'hr', asked: { params }, ledger: own });
  assert.equal(reference.status, 404);
  return reference;
}

test('another client is like no client, for every operation and whoever asks', async () => {
  for (const { id, ledger } of OPERATIONS as readonly Operation[]) {
    if (ledger !== 'client') continue;
    const operation = id as OperationId;
    const [example] = Object.values(EXAMPLES[id as keyof typeof EXAMPLES]);
    const permitted = permittedPersona(operation);
    if (permitted === 'administrator') continue;
    for (const persona of [permitted, 'servicing'] as const) {
      const asked = await example!(stage.as(persona));
      const of = (c: string, ledger: string): Case => ({
        id: operation,
        persona,
        asked: { ...asked, params: { ...asked.params, c } },
        ledger,
      });
      await assertAllNotFound([
        of(foreign.client, foreign.client),
        of(`cli_${UNKNOWN}`, 'provider'),
        of('cli_malformed', 'provider'),
      ]);
    }
  }
});

test('an unusable body or query tells nobody that another client exists', async () => {
  const params = { c: foreign.client };
  const sub = { ...params, sub: foreign.subject };
  const asked: [OperationId, Asked][] = [
    ['people.add', { params, body: { records: 'none' } }],
    ['people.add', { params, body: { records: [{ type: 'nosuch', values: {} }] } }],
    ['people.search', { params, body: { unheard: 1 } }],
    ['people.list', { params, query: { limit: 'many' } }],
    ['people.read', { params: sub, query: { types: 'nosuch' } }],
    ['records.create', { params: { ...sub, type: 'nosuch' }, body: { values: {} } }],
    ['reports.run', { params: { ...params, id: 'nosuch' }, body: {} }],
    ['reports.run', { params: { ...params, id: 'headcount' }, body: { parameters: { x: 1 } } }],
  ];
  for (const persona of ['hr', 'outsider'] as const) {
    await assertAllNotFound(
      asked.map(([id, asked]) => ({ id, persona, asked, ledger: foreign.client })),
    );
  }
});

/** By operation and path parameter: the ids of the other client that fit there. */
const IN_PATH: readonly (readonly [OperationId, string, keyof ForeignIds])[] = [
  ['alerts.read', 'id', 'alert'],
  ['alerts.change', 'id', 'alert'],
  ['assignments.restore', 'id', 'assignment'],
  ['canaries.remove', 'sub', 'canary'],
  ['people.read', 'sub', 'subject'],
  ['records.create', 'sub', 'subject'],
  ['records.correct', 'sub', 'subject'],
  ['records.correct', 'rec', 'record'],
  ['client-records.read', 'rec', 'clientRecord'],
  ['client-records.correct', 'rec', 'clientRecord'],
  ['acknowledgements.due', 'sub', 'subject'],
  ['activity.mine', 'sub', 'subject'],
  ['bulk.read', 'id', 'preview'],
  ['documents.attach', 'sub', 'subject'],
  ['documents.attach', 'rec', 'contract'],
  ['documents.read', 'sub', 'subject'],
  ['documents.read', 'rec', 'contract'],
  ['documents.read', 'doc', 'document'],
  ['documents.remove', 'sub', 'subject'],
  ['documents.remove', 'rec', 'contract'],
  ['documents.remove', 'doc', 'document'],
  ['client-documents.attach', 'rec', 'agreementRecord'],
  ['client-documents.read', 'rec', 'agreementRecord'],
  ['client-documents.read', 'doc', 'clientDocument'],
  ['client-documents.remove', 'rec', 'agreementRecord'],
  ['client-documents.remove', 'doc', 'clientDocument'],
  ['imports.read', 'id', 'import'],
  ['imports.errors', 'id', 'import'],
  ['imports.cancel', 'id', 'import'],
  ['imports.resume', 'id', 'import'],
  ['imports.undo', 'id', 'import'],
  ['reports.people', 'run', 'run'],
  ['runs.read', 'run', 'run'],
  ['runs.rename', 'run', 'run'],
  ['runs.delete', 'run', 'run'],
  ['schedules.delete', 'schedule', 'schedule'],
  ['jobs.read', 'id', 'job'],
  ['jobs.cancel', 'id', 'job'],
  ['jobs.resume', 'id', 'job'],
  ['agreements.end', 'id', 'agreement'],
  ['notices.end', 'id', 'notice'],
  ['instructions.end', 'id', 'instruction'],
  ['assignments.end', 'id', 'assignment'],
  ['assignments.revise', 'id', 'assignment'],
  ['reviews.read', 'id', 'review'],
  ['reviews.decide', 'id', 'review'],
  ['hours.end', 'id', 'hours'],
  ['exceptions.end', 'id', 'exception'],
  ['exceptions.review', 'id', 'exception'],
  ['proposals.approve', 'id', 'proposal'],
  ['proposals.withdraw', 'id', 'proposal'],
  ['signing.sign', 'id', 'offer'],
  ['instructions.flag', 'id', 'instruction'],
  ['instructions.clear', 'id', 'instruction'],
  ['client-texts.read', 'id', 'text'],
  ['access.resume', 'id', 'suspension'],
];

test('another client’s person, record, import, fact or proposal is like an unknown or a malformed one', async () => {
  for (const [id, name, kind] of IN_PATH) {
    const persona = permittedPersona(id);
    const [example] = Object.values(EXAMPLES[id as keyof typeof EXAMPLES]);
    const asked = await example!(stage.as(persona));
    const prefix = foreign[kind].slice(0, 4);
    const values = [foreign[kind], `${prefix}${UNKNOWN}`, 'malformed', foreign[kind].toUpperCase()];
    await assertAllNotFound(
      values.map((value) => ({
        id,
        persona,
        asked: { ...asked, params: { ...asked.params, [name]: value } as Params },
        ledger: own,
      })),
    );
  }
});

test('every id in the path of a client’s operation is tried above', () => {
  const tried = new Set(IN_PATH.map(([id, name]) => `${id} ${name}`));
  for (const { id, path, ledger } of OPERATIONS as readonly Operation[]) {
    if (ledger !== 'client') continue;
    for (const [, name] of path.matchAll(/\{(sub|rec|doc|id|run|schedule)\}/g)) {
      // The id of a report is the same for all clients.
      if (name !== 'id' || !path.includes('/reports/{id}/'))
        assert.ok(tried.has(`${id} ${name}`), `${id} ${name}`);
    }
  }
});

test('malformed ids of every kind are like unknown ones', async () => {
  const uuid = foreign.subject.slice(4);
  const malformed = [
    uuid,
    `usr_${uuid}`,
    `sub_${uuid.toUpperCase()}`,
    `sub_${uuid.replace('-7', '-4')}`,
    `sub_${uuid}0`,
    `sub_${uuid} `,
    'sub_',
    '%00',
    '%',
    '../staff',
    "'; DROP TABLE subject; --",
    '👩🏽',
    'x'.repeat(5_000),
  ];
  await assertAllNotFound(
    malformed.map((sub) => ({
      id: 'people.read',
      persona: 'hr',
      asked: { params: { c: own, sub } },
      ledger: own,
    })),
  );
});

test('another client’s users and tokens are like unknown ones to HR', async () => {
  const cases: [OperationId, string][] = [
    ['users.disable', foreign.user],
    ['tokens.issue', foreign.user],
    ['tokens.revoke', foreign.token],
    ['invitations.issue', foreign.user],
    ['recoveries.start', foreign.user],
    ['recoveries.confirm', foreign.recovery],
  ];
  for (const [operation, id] of cases) {
    await assertAllNotFound(
      [id, `${id.slice(0, 4)}${UNKNOWN}`, 'malformed'].map((id) => ({
        id: operation,
        persona: 'hr',
        asked: { params: { id } },
        ledger: 'provider',
      })),
    );
  }
});

test('another client’s id in a body is like an unknown one', async () => {
  const account = { name: 'Some One', address: 'some.one@example.test' };
  const user = { side: 'client', client: own, roles: ['staff'], ...account };
  const register = (change: object) => ({ body: { ...user, ...change } });
  const assign = (user: string) => ({ params: { c: own }, body: { user, team: 'servicing' } });
  const provider = { persona: 'hr', ledger: 'provider', id: 'users.register' } as const;
  const client = { persona: 'administrator', ledger: own, id: 'assignments.start' } as const;
  await assertAllNotFound([
    { ...provider, asked: register({ client: foreign.client, subject: foreign.subject }) },
    { ...provider, asked: register({ client: `cli_${UNKNOWN}`, subject: foreign.subject }) },
    { ...provider, asked: register({ subject: foreign.subject }) },
    { ...provider, asked: register({ subject: `sub_${UNKNOWN}` }) },
    { ...client, asked: assign(foreign.user) },
    { ...client, asked: assign(`usr_${UNKNOWN}`) },
  ]);
});

test('a cursor of another client, user or question, or a forged one, is like an unknown id', async () => {
  const { world } = stage;
  // What was tried above may have suspended access.
  await liftAll(stage.as('executive'));
  const params = { c: own };
  const query = { limit: '1' };
  const page = (token: string) => must(world.url, token, 'people.list', { params, query });
  const [mine, theirs] = [await page(world.tokens.hr), await page(world.tokens.servicing)];
  const flipped = `${mine.next.slice(0, -2)}${mine.next.endsWith('AA') ? 'BB' : 'AA'}`;
  const ask = (cursor: string, more: object = query): Case => ({
    id: 'people.list',
    persona: 'hr',
    asked: { params, query: { ...more, cursor } },
    ledger: own,
  });
  await assertAllNotFound([
    ask(foreign.cursor),
    ask(theirs.next),
    ask(mine.next, { limit: '2' }),
    ask(flipped),
    ask('nonsense'),
  ]);
  const next = await must(world.url, world.tokens.hr, 'people.list', {
    params,
    query: { ...query, cursor: mine.next },
  });
  assert.notDeepEqual(next.items, mine.items);
});

test('asking for what does not exist does not run out sooner or later than for what others have', async () => {
  const { world, clock } = stage;
  const token = world.tokens.outsider;
  const statuses = async (c: string) => {
    forgetRefusals(clock);
    const first = [];
    for (let i = 0; i < 10; i++)
      first.push((await ask(world.url, token, 'people.list', { params: { c } })).status);
    // Ten more of the other kind, and then one of each.
    for (let i = 0; i < 10; i++) {
      const other = c === foreign.client ? `cli_${UNKNOWN}` : foreign.client;
      first.push((await ask(world.url, token, 'people.list', { params: { c: other } })).status);
    }
    for (const c of [foreign.client, own, `cli_${UNKNOWN}`]) {
      first.push((await ask(world.url, token, 'people.list', { params: { c } })).status);
    }
    return first;
  };
  const expected = [...Array(20).fill(404), 429, 429, 429];
  assert.deepEqual(await statuses(foreign.client), expected);
  assert.deepEqual(await statuses(`cli_${UNKNOWN}`), expected);
});

test('no list, ledger or search shows anything of another client', async () => {
  const { world } = stage;
  const params = { c: own };
  const { hr } = world.tokens;
  const texts = await Promise.all([
    must(world.url, hr, 'people.list', { params, query: { q: 'Holloway', limit: '200' } }),
    must(world.url, hr, 'people.list', { params, query: { 'employment.staffNumber': 'X-1' } }),
    must(world.url, hr, 'clients.list'),
    must(world.url, hr, 'authority.read', { params }),
    must(world.url, hr, 'proposals.list', { params }),
    must(world.url, hr, 'ledger.entries', { params, query: { limit: '1000' } }),
  ]);
  assert.equal(texts[0].total, 1);
  assert.equal(texts[1].total, 0);
  for (const [kind, id] of Object.entries(foreign)) {
    for (const text of texts) assert.ok(!JSON.stringify(text).includes(id.slice(4)), kind);
  }
});
