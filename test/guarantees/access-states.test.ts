// What provider staff can do in every state of what access depends on, one at a time: papers, instruction,
// place, hours, exception, clock. The outcomes stand in test/golden/access-states.txt, beside those of the
// client's own HR.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Asked, ask, must } from '../support/api.ts';
import { HOUR, iso } from '../support/clock.ts';
import { verifyLedger } from '../support/evidence.ts';
import { EXAMPLES } from '../support/example-calls.ts';
import { assertGolden } from '../support/golden.ts';
import { ALWAYS, grantException, leaveClockStop, openOffice } from '../support/premises.ts';
import { DOCUMENT } from '../support/request-bodies.ts';
import { forgetRefusals, openStage, type Stage } from '../support/scene.ts';
import type { Persona } from '../support/world.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage?.close());

const READ = 'somebody else';
const COLUMNS = [
  ['servicing', 'people.list', ''],
  ['servicing', 'people.read', READ],
  ['servicing', 'records.correct', ''],
  ['servicing', 'reports.run', 'headcount'],
  ['product', 'people.list', ''],
  ['hr', 'people.list', ''],
] as const satisfies readonly (readonly [Persona, keyof typeof EXAMPLES, string])[];

interface State {
  readonly name: string;
  enter(): Promise<unknown>;
  leave?(): Promise<unknown>;
  readonly headers?: Record<string, string>;
}

const token = (persona: Persona) => stage.world.tokens[persona];
const params = () => ({ c: stage.world.clients[0] });
const by = (persona: Persona, id: Parameters<typeof must>[2], asked: Asked = {}) =>
  must(stage.world.url, token(persona), id, asked);

/** Puts an office in the place of the one that is open. */
async function only(more: object) {
  const { items } = await by('administrator', 'offices.list');
  for (const { id } of items) await by('administrator', 'offices.close', { params: { id } });
  await openOffice(stage.world.url, token('administrator'), more);
}

/** Ends what is in force of this kind, and gives it anew. */
function ended(kind: 'agreements' | 'notices' | 'instructions', give: () => Promise<unknown>) {
  return {
    async enter() {
      const authority = await by('hr', 'authority.read', { params: params() });
      for (const { id } of authority[kind]) {
        await by('executive', `${kind}.end`, { params: { ...params(), id } });
      }
    },
    leave: give,
  };
}
const accept = (kind: 'agreements' | 'notices') => () =>
  by('executive', `${kind}.accept`, { params: params(), body: DOCUMENT });

function excepted(types: string[]): Pick<State, 'enter' | 'leave'> {
  let id = '';
  return {
    async enter() {
      await only({ networks: ['198.51.100.0/24'] });
      const { world, clock } = stage;
      const period = { from: iso(clock.now()), until: iso(clock.now() + HOUR) };
      const granted = { user: world.users.servicing, types, ...period };
      id = await grantException(world.server.house, world.clients[0], granted);
    },
    async leave() {
      await by('hr', 'exceptions.end', { params: { ...params(), id } });
      await only({});
    },
  };
}

const nothing = async () => {};
const home = () => only({});
let given: unknown;
let stop = '';

const STATES: readonly State[] = [
  { name: 'everything in order', enter: nothing },
  {
    name: 'no NDA of servicing',
    async enter() {
      const { ndas } = await by('hr', 'authority.read', { params: params() });
      const mine = ndas.filter(
        ({ user }: { user: string }) => user === stage.world.users.servicing,
      );
      for (const { id } of mine) await by('security', 'ndas.end', { params: { id } });
    },
    leave: () =>
      by('servicing', 'ndas.sign', { params: { id: stage.world.users.servicing }, body: DOCUMENT }),
  },
  { name: 'no agreement', ...ended('agreements', accept('agreements')) },
  { name: 'no notice', ...ended('notices', accept('notices')) },
  { name: 'another purpose', enter: nothing, headers: { 'worksmartly-purpose': 'study' } },
  {
    name: 'no instruction',
    async enter() {
      const { instructions } = await by('hr', 'authority.read', { params: params() });
      const [{ purposes, types, recipients, document }] = instructions;
      given = { purposes, types, recipients, document, until: null };
      await ended('instructions', nothing).enter();
    },
    leave: () => by('executive', 'instructions.give', { params: params(), body: given }),
  },
  { name: 'on the VPN', enter: () => only({ kind: 'vpn' }), leave: home },
  { name: 'elsewhere', enter: () => only({ networks: ['198.51.100.0/24'] }), leave: home },
  { name: 'outside hours', enter: () => only({ hours: [{ ...ALWAYS, days: [7] }] }), leave: home },
  { name: 'on a holiday', enter: () => only({ closed: ['2024-06-03'] }), leave: home },
  {
    name: "outside the client's hours",
    async enter() {
      const body = { zone: 'UTC', hours: [{ ...ALWAYS, days: [7] }], until: null };
      given = (await by('hr', 'hours.agree', { params: params(), body })).id;
    },
    leave: () => by('hr', 'hours.end', { params: { ...params(), id: String(given) } }),
  },
  {
    name: 'elsewhere, excepted',
    ...excepted(['contact', 'employment', 'job', 'person']),
  },
  { name: 'elsewhere, excepted for pay', ...excepted(['pay']) },
  {
    name: 'the clock has jumped',
    async enter() {
      const { house } = stage.world.server;
      stop = await leaveClockStop(house, stage.world.clients[0]);
    },
    leave: () => by('security', 'clock.check', { params: { id: stop } }),
  },
  {
    name: 'frozen',
    enter: () =>
      by('executive', 'clients.status', { params: params(), body: { status: 'frozen' } }),
    leave: () =>
      by('executive', 'clients.status', { params: params(), body: { status: 'active' } }),
  },
  { name: 'everything in order again', enter: nothing },
];

async function outcome(
  [persona, id, variant]: (typeof COLUMNS)[number],
  headers: Record<string, string> = {},
): Promise<string> {
  const example = (
    EXAMPLES[id] as Record<string, (scene: ReturnType<Stage['as']>) => Asked | Promise<Asked>>
  )[variant]!;
  const asked = await example(stage.as(persona));
  forgetRefusals(stage.clock);
  const { status, json } = await ask(stage.world.url, token(persona), id, { ...asked, headers });
  return status < 400 ? String(status) : `${status} ${json.reasons.join(' ')}`;
}

test('in each state provider staff can do exactly what test/golden/access-states.txt says', async () => {
  const rows = [['', ...COLUMNS.map(([persona, id]) => `${persona} ${id}`)]];
  for (const { name, enter, leave, headers } of STATES) {
    await enter();
    const row = [name];
    for (const column of COLUMNS) row.push(await outcome(column, headers));
    rows.push(row);
    await leave?.();
  }
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  assertGolden('access-states.txt', `${LEGEND}\n${lines.join('\n')}\n`);
});

test('an outsider finds every access in all these states covered', async () => {
  const { url, tokens, clients } = stage.world;
  const report = await verifyLedger(url, tokens.auditor, clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});

const LEGEND = `State × operation × outcome, as the running server answers (test/guarantees/access-states.test.ts).

Everything is in order but what the row says. A refusal is told with the reasons that the caller hears.
`;
