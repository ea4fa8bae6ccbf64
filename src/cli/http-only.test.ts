/** Pure HTTP behaviour of the client, against a server whose gate is made for tests (`pure-http.ts`). */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { z } from 'zod';
import { tempDir } from '../../test/support/cluster.ts';
import { CLIENT, SUBJECT, serverWith, TOKEN } from '../../test/support/pure-http.ts';
import { type Ran, runCommand } from '../../test/support/run-command.ts';
import type { Operation } from '../contract/operation.ts';
import { OPERATIONS } from '../contract/operations.ts';
import { Refusal } from '../server/fault.ts';

const reached: string[] = [];
const { app, seen } = serverWith(({ operation, input }) => {
  reached.push(operation);
  if (operation === 'clients.open') {
    throw new Refusal(403, ['role-not-permitted'], 'Not yours.', { promise: 'need-to-know' });
  }
  if (operation === 'imports.start') return receive(input.upload!);
  if (operation === 'evidence.export') return Buffer.from('PK');
  if (operation.startsWith('ledger.')) return operation === 'ledger.entries' ? {} : 'text';
  return { ok: true };
});
const parts = new Map<string, number>();
let env: NodeJS.ProcessEnv;

before(async () => {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  env = { WORKSMARTLY_URL: `${url}/`, WORKSMARTLY_TOKEN: TOKEN };
});

async function receive(upload: {
  next(): Promise<{ name: string; bytes: AsyncIterable<Buffer> } | null>;
}) {
  for (let part = await upload.next(); part; part = await upload.next()) {
    let length = 0;
    for await (const chunk of part.bytes) length += chunk.length;
    parts.set(part.name, length);
  }
  return { id: 'imp_x' };
}

/** For every parameter that the table has, a value that its schema takes. */
function exampleParams({ path, params }: Operation): string[] {
  const uuid = SUBJECT.slice(4);
  const prefixes = (
    'agr alr asg clk doc exc hrs imp ins job nda ntc off ofr ' +
    'pky prc rcv rec rev run sch ses sus tok txt usr'
  ).split(' ');
  const examples = [
    CLIENT,
    SUBJECT,
    'agreements',
    'headcount',
    'person',
    '1',
    ...prefixes.map((prefix) => `${prefix}_${uuid}`),
  ];
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  return names.flatMap((name) => {
    const schema = params!.shape[name] as z.ZodType;
    const example = examples.find((each) => schema.safeParse(each).success);
    assert.ok(example, `${path}: no example for ${name}`);
    return ['--param', `${name}=${example}`];
  });
}

test('every operation of the table can be called, and reaches the gate under its own id', async () => {
  const directory = tempDir();
  const file = join(directory, 'staff.csv');
  writeFileSync(file, 'a,b\n1,2\n');
  for (const operation of OPERATIONS as readonly Operation[]) {
    if (operation.ledger === null) continue;
    const args = ['call', operation.id, ...exampleParams(operation)];
    if (operation.id === 'imports.start')
      args.push('--query', 'mode=check', '--file', `file=${file}`);
    const ran: Ran = await runCommand(args, env);
    // Without a body that fits, the gate has refused it as bad input: it was reached all the same.
    const wasReached = reached.splice(0).includes(operation.id);
    const wasRefused = ran.code === 1 && /bad-input/.test(ran.err) && !/no-route/.test(ran.err);
    assert.ok(wasReached || wasRefused, `${operation.id}: ${ran.err}`);
    if (!operation.body && !operation.query) assert.ok(wasReached, `${operation.id}: ${ran.err}`);
  }
});

test('a refusal is exit code 1, with its promise in words, or as JSON', async () => {
  const args = ['client', 'open', '--name', 'Invented', '--jurisdictions', 'US'];
  const ran = await runCommand(args, env);
  assert.equal(ran.code, 1);
  assert.equal(ran.out, '');
  assert.match(ran.err, /403/);
  assert.match(ran.err, /need-to-know: Each role sees only what its task needs/);
  const json = await runCommand([...args, '--json'], env);
  assert.equal(json.code, 1);
  assert.deepEqual(JSON.parse(json.out).reasons, ['role-not-permitted']);
});

test('params, query, purpose, key and body arrive as they were given', async () => {
  const query = ['--query', 'q=a b&c', '--query', 'job.department=ü'];
  await runCommand(
    ['call', 'people.list', '--client', CLIENT, ...query, '--purpose', 'support'],
    env,
  );
  const list = seen.at(-1)!;
  assert.equal(list.input.query.q, 'a b&c');
  assert.equal(list.input.query['job.department'], 'ü');
  assert.equal(list.request.purpose, 'support');
  const body = JSON.stringify({ values: { title: 'x' } });
  const params = ['--param', `sub=${SUBJECT}`, '--param', 'type=job'];
  const key = ['--idempotency-key', 'k1'];
  await runCommand(
    ['call', 'records.create', '--client', CLIENT, ...params, ...key, '--body', body],
    env,
  );
  const created = seen.at(-1)!;
  assert.deepEqual(created.input.body, { values: { title: 'x' }, from: null });
  assert.equal(created.request.idempotencyKey, 'k1');
});

test('a file is streamed up in parts, and an answer is written to a file of mode 0600', async () => {
  const directory = tempDir();
  const file = join(directory, 'staff "1".csv');
  writeFileSync(file, 'x'.repeat(300_000));
  const mapping = join(directory, 'mapping.json');
  writeFileSync(mapping, '{}');
  const sent = ['--file', `mapping=${mapping}`, '--file', `file=${file}`];
  const started = await runCommand(
    ['call', 'imports.start', '--client', CLIENT, '--query', 'mode=check', ...sent],
    env,
  );
  assert.equal(started.code, 0, started.err);
  assert.deepEqual([...parts.entries()].slice(-2).toSorted(), [
    ['file', 300_000],
    ['mapping', 2],
  ]);
  const out = join(directory, 'evidence.zip');
  const exported = await runCommand(['evidence', '--client', CLIENT, '--out', out], env);
  assert.equal(exported.code, 0, exported.err);
  assert.equal(readFileSync(out, 'utf8'), 'PK');
  assert.equal(statSync(out).mode & 0o777, 0o600);
  const nowhere = join(directory, 'no', 'such', 'evidence.zip');
  assert.equal((await runCommand(['evidence', '--client', CLIENT, '--out', nowhere], env)).code, 1);
});
