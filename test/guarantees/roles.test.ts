// Who may do what: every operation, asked by every role with a valid request. The outcomes stand in
// test/golden/roles.txt, to be read beside the role table of FORMATS §5. Each call makes one entry.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Operation } from '../../src/contract/operation.ts';
import { OPERATIONS, type OperationId } from '../../src/contract/operations.ts';
import { type Answered, ask } from '../support/api.ts';
import { verifyLedger } from '../support/evidence.ts';
import { EXAMPLES, type Scene } from '../support/example-calls.ts';
import { assertGolden } from '../support/golden.ts';
import { type Appended, ofCalls } from '../support/observe.ts';
import { forgetRefusals, openStage, type Stage, workEnd } from '../support/scene.ts';
import { PERSONAS, type Persona } from '../support/world.ts';

interface Outcome {
  readonly operation: Operation;
  readonly variant: string;
  readonly persona: Persona;
  readonly answer: Answered;
  readonly appended: readonly Appended[];
}

let stage: Stage;
const outcomes: Outcome[] = [];
before(async () => {
  stage = await openStage();
  for (const operation of OPERATIONS as readonly Operation[]) {
    for (const [variant, example] of Object.entries(examplesOf(operation.id))) {
      for (const persona of PERSONAS) {
        outcomes.push({
          operation,
          variant,
          persona,
          ...(await call(operation, persona, example)),
        });
      }
    }
  }
});
after(() => stage.close());

function examplesOf(id: string) {
  return EXAMPLES[id as keyof typeof EXAMPLES] ?? {};
}

async function call(
  { id }: Operation,
  persona: Persona,
  example: (scene: Scene) => ReturnType<(typeof EXAMPLES)['clients.list']['']>,
) {
  const { world, clock, observer } = stage;
  const asked = await example(stage.as(persona));
  forgetRefusals(clock);
  const { answer, appended } = await observer.observe(() =>
    ask(world.url, world.tokens[persona], id as OperationId, asked),
  );
  const started = String(answer.json?.id ?? '');
  if (answer.status === 202 || started.startsWith('job_')) await workEnd(world, started);
  return { answer, appended };
}

test('every operation that needs a token has a valid example', () => {
  for (const { id, ledger } of OPERATIONS as readonly Operation[]) {
    if (ledger === null) continue;
    const mine = outcomes.filter((outcome) => outcome.operation.id === id);
    assert.ok(
      mine.length >= PERSONAS.length,
      `${id} has no example in test/support/example-calls.ts`,
    );
    assert.ok(
      mine.some(({ operation, answer }) => answer.status === operation.status),
      `${id}: nobody's example is carried out`,
    );
  }
});

test('each role may do exactly what test/golden/roles.txt says', () => {
  assertGolden('roles.txt', table());
});

test('nothing but success, a refusal that names its promise, and one and the same 404 is answered', () => {
  const notFound = outcomes.find(({ answer }) => answer.status === 404)!.answer.text;
  for (const { operation, variant, persona, answer } of outcomes) {
    const { status, json } = answer;
    const where = `${persona} ${operation.id} ${variant}: ${answer.text.slice(0, 300)}`;
    if (status === operation.status) continue;
    assert.ok([403, 404].includes(status), where);
    if (status === 404) assert.equal(answer.text, notFound, where);
    else assert.ok(json.promise && json.reasons.length > 0 && json.detail, where);
  }
});

test('every one of these calls made exactly one entry, in the ledger that its operation names', () => {
  for (const { operation, variant, persona, answer, appended } of outcomes) {
    const where = `${persona} ${operation.id} ${variant}`;
    const own = ofCalls(appended);
    assert.equal(own.length, 1, where);
    const [{ ledger, entry }] = own as [Appended];
    assert.equal(
      ledger,
      operation.ledger === 'client' ? stage.world.clients[0] : 'provider',
      where,
    );
    assert.equal(entry.op, operation.id, where);
    assert.equal(entry.outcome, answer.status < 400 ? 'allowed' : 'refused', where);
    if (entry.outcome === 'refused') assert.notDeepEqual(entry.reasons, [], where);
    for (const other of appended) {
      if (other === own[0] || other.entry.via !== null) continue;
      assert.equal(answer.status < 400 && other.entry.kind, 'fact', where);
    }
  }
});

test('an outsider who verifies the ledger of all these calls finds every access covered', async () => {
  const { url, tokens, clients } = stage.world;
  const report = await verifyLedger(url, tokens.auditor, clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
  assert.equal(report.counts.unregisteredClientEntries, 0);
});

const MARKS: Readonly<Record<string, string>> = {
  'role-not-permitted': 'role',
  'no-assignment': 'asg',
  'actor-unknown': 'unknown',
  'not-found': 'scope',
};

const STATES: Readonly<Record<string, string>> = { 'in-force': 'in force', proposed: 'proposed' };

/** A line per operation, a column per persona. */
function table(): string {
  const ids = [...new Set(outcomes.map((outcome) => titleOf(outcome)))];
  const cell = (title: string, persona: Persona) =>
    outcomeOf(outcomes.find((o) => titleOf(o) === title && o.persona === persona)!);
  const rows = [['', ...PERSONAS], ...ids.map((id) => [id, ...PERSONAS.map((p) => cell(id, p))])];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  return `${LEGEND}\n${lines.join('\n')}\n`;
}

const LEGEND = `Role × operation × outcome, as the running server answers (test/guarantees/roles.test.ts).

servicing and product are assigned to the client; outsider is a provider user with a non-disclosure
agreement and no assignment; manager and staff are linked to staff records. Every promise is kept.
After the status: how far it went (in force, proposed, suppressed), or why it was refused, as the
ledger has it: role = the role does not include it, asg = not assigned to this client, unknown = not
a user of this client, scope = not among the people in scope. A 404 never says why.
`;

function titleOf({ operation, variant }: Outcome): string {
  return variant ? `${operation.id} (${variant})` : operation.id;
}

function outcomeOf({ answer, appended }: Outcome): string {
  const { status, json } = answer;
  if (status < 400) {
    const isSuppressed = json?.suppressed === true;
    const note = isSuppressed ? 'suppressed' : (STATES[json?.state] ?? '');
    return `${status} ${note}`.trimEnd();
  }
  const reasons = ofCalls(appended).flatMap(({ entry }) => entry.reasons);
  return [status, ...reasons.map((reason) => MARKS[reason] ?? reason)].join(' ');
}
