/** The main job from the command line, against the real server: open a client, bring its staff in,
 * report, and prove it; and what a refusal looks like there. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { tempDir } from '../support/cluster.ts';
import { type Ran, runCommand } from '../support/run-command.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world?.close());

const directory = tempDir();
const STAFF = [
  'Employee ID,First Name,Last Name,Hire Date,Job Title,Department,Shoe size',
  'N-1,Ottoline,Farquharson,2021-02-01,Clerk,OPS,39',
  'N-2,Barnaby,Okonkwo-Reyes,2022-03-01,Clerk,OPS,44',
  '',
].join('\n');

function as(persona: Persona, args: readonly string[]): Promise<Ran> {
  const env = { WORKSMARTLY_URL: world.url, WORKSMARTLY_TOKEN: world.tokens[persona] };
  return runCommand(args, env);
}

async function answerTo(persona: Persona, args: readonly string[]) {
  const { code, out, err } = await as(persona, [...args, '--json']);
  assert.equal(code, 0, `${args.join(' ')}: ${err}`);
  return JSON.parse(out);
}

const client = () => ['--client', world.clients[0]];

test('an administrator opens a client, registers its hr user and hands out a token', async () => {
  const opening = ['client', 'open', '--name', 'Fabled Foods', '--jurisdictions', 'US,US-NY'];
  const { id } = await answerTo('administrator', opening);
  const listed = await as('administrator', ['client', 'list']);
  assert.match(listed.out, new RegExp(`${id} +Fabled Foods +active`));
  const person = ['--role', 'hr', '--name', 'New Hr', '--address', 'new.hr@example.test'];
  const register = ['user', 'register', '--side', 'client', '--client', id, ...person];
  const user = await answerTo('administrator', register);
  const { token } = await answerTo('administrator', ['user', 'token', user.id]);
  const url = world.url;
  const own = await runCommand(['catalogue', 'print', '--client', id], {
    WORKSMARTLY_URL: `${url}/api/v1`,
    WORKSMARTLY_TOKEN: token,
  });
  assert.equal(own.code, 0, own.err);
  assert.match(own.out, /^# Procedure manual for/);
  assert.match((await answerTo('security', ['user', 'disable', user.id])).id, /^usr_/);
  const gone = await runCommand(['client', 'list', '--url', url, '--token', token]);
  assert.equal(gone.code, 1);
});

test('a staff file: suggested, refused with the column named, mapped, checked, committed, found', async () => {
  const file = join(directory, 'staff.csv');
  const mapping = join(directory, 'mapping.json');
  writeFileSync(file, STAFF);
  const suggested = await as('hr', ['import', 'suggest', file, ...client()]);
  assert.equal(suggested.code, 0, suggested.err);
  assert.match(suggested.err, /no element suggested for: Shoe size/);
  writeFileSync(mapping, suggested.out);
  const check = ['import', 'check', file, ...client(), '--mapping', mapping];
  const refused = await as('hr', check);
  assert.equal(refused.code, 1);
  assert.match(refused.out + refused.err, /Shoe size/);
  const mapped = JSON.parse(suggested.out);
  mapped.columns['Shoe size'] = { discard: true };
  mapped.constants = { ...mapped.constants, 'employment.status': 'active' };
  writeFileSync(mapping, JSON.stringify(mapped));
  const checked = await as('hr', check);
  assert.equal(checked.code, 0, checked.out + checked.err);
  const commit = ['import', 'commit', file, ...client(), '--mapping', mapping];
  const committed = await answerTo('hr', commit);
  assert.equal(committed.state, 'done');
  assert.equal(committed.rows.added, 2);
  const again = await answerTo('hr', commit);
  assert.equal(again.id, committed.id);
  const query = ['call', 'people.list', ...client(), '--query', 'q=farquhar'];
  assert.deepEqual(
    (await answerTo('hr', query)).items.map((item: { staffNumber: string }) => item.staffNumber),
    ['N-1'],
  );
});

test('reports are listed and run, as a table, as JSON and as CSV', async () => {
  const { items } = await answerTo('hr', ['report', 'list', ...client()]);
  assert.ok(items.length >= 3);
  for (const { id } of items) {
    assert.equal((await as('hr', ['report', 'run', id, ...client()])).code, 0, id);
  }
  const run = ['report', 'run', 'headcount', ...client(), '--param', 'dimensions=department'];
  assert.equal((await answerTo('hr', run)).report, 'headcount');
  const csv = await as('hr', [...run, '--csv']);
  assert.equal(csv.code, 0);
  assert.match(csv.out, /^[^\r\n{]+\r\n/);
  const wrong = await as('hr', [...run, '--param', 'asOf=yesterday']);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /asOf/);
});

test('evidence is exported and verified; one byte flipped, it is refused', async () => {
  const path = join(directory, 'evidence.zip');
  assert.equal((await as('auditor', ['evidence', ...client(), '--out', path])).code, 0);
  assert.equal((await runCommand(['verify', path])).code, 0);
  const bytes = readFileSync(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(path, bytes);
  assert.equal((await runCommand(['verify', path])).code, 1);
});

test('who is not assigned hears that there is no such thing; who may not, which promise it is', async () => {
  const outside = await as('outsider', ['report', 'list', ...client()]);
  assert.equal(outside.code, 1);
  assert.match(outside.err, /404/);
  const auditor = await as('auditor', ['call', 'people.list', ...client()]);
  assert.equal(auditor.code, 1);
  assert.match(auditor.err, /403/);
  assert.match(auditor.err, /need-to-know/);
});

test('a client is frozen and set active again', async () => {
  const set = (status: string) =>
    as('administrator', ['client', 'status', world.clients[0], status]);
  assert.equal((await set('frozen')).code, 0);
  const refused = await as('hr', ['report', 'list', ...client()]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /client-not-active/);
  assert.equal((await set('active')).code, 0);
});
