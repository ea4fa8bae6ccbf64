/** The log of a whole session, with values planted wherever a caller can put one: lines of JSON with
 * ids, codes and places, and none of the values, whatever went wrong. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { type Answered, ask, must } from '../support/api.ts';
import { launchTestPostgres, type TestPostgres, tempDir } from '../support/cluster.ts';
import { type AddedPerson, addPerson, type Furnished, furnish } from '../support/furnish.ts';
import { ended, sendFile } from '../support/imports.ts';
import { findPlanted } from '../support/planted.ts';
import { type ServeProcess, startServe } from '../support/serve-process.ts';
import { staffFile } from '../support/staff-file.ts';

const directory = tempDir();
const PASSPHRASE = 'planted-passphrase-of-the-root';
const PLANTED = {
  administrator: 'Planted Administrator',
  client: 'Planted Client & Daughters',
  name: 'Featherstonehaugh',
  street: '1749 Nightingale Crescent',
  ssn: '219-09-9999',
  query: 'plantedquery1',
  header: 'planted-header-value',
  key: 'planted-idempotency',
  path: 'planted-path-part',
  token: 'wst_planted-but-wrong',
  cell: 'Plantedcell Unimportable',
  badDate: '31/02/1984-planted',
};
let cluster: TestPostgres;
let server: ServeProcess;
let house: Furnished;
let person: AddedPerson;

before(async () => {
  cluster = await launchTestPostgres(directory, { fsync: 'off', full_page_writes: 'off' });
  const env = {
    WORKSMARTLY_LOG: 'requests',
    WORKSMARTLY_ROOT_PASSPHRASE: PASSPHRASE,
    WORKSMARTLY_METRICS_PORT: '0',
    WORKSMARTLY_METRICS_TOKEN: `planted-metrics-${'m'.repeat(30)}`,
  };
  const first = `${PLANTED.administrator} <planted@administrator.example>`;
  server = await startServe(directory, env, ['--first-administrator', first]);
  house = await furnish(server.url, server.token!, PLANTED.client);
  person = await addPerson(server.url, house, {
    person: { firstName: 'Ottoline', lastName: PLANTED.name, dateOfBirth: '1984-03-05' },
    employment: { staffNumber: 'PLANTED-00000', hireDate: '2019-04-01', status: 'active' },
    contact: { street: PLANTED.street, workEmail: 'planted@person.example' },
    identity: { ssn: PLANTED.ssn },
  });
});

after(async () => {
  await server?.stop();
  await cluster?.stop();
});

const params = () => ({ c: house.client, sub: person.id });
const headers = { 'user-agent': PLANTED.header, 'idempotency-key': PLANTED.key };

test('a session of reads, searches, writes, imports and refusals', async () => {
  const { url } = server;
  const c = { c: house.client };
  const expected: [number, Promise<Answered>][] = [
    [200, ask(url, house.hr, 'people.read', { params: params(), headers })],
    [200, ask(url, house.hr, 'people.search', { params: c, body: { q: PLANTED.name } })],
    [
      400,
      ask(url, house.hr, 'people.list', { params: c, query: { [PLANTED.query]: PLANTED.ssn } }),
    ],
    [404, ask(url, house.hr, 'people.read', { params: { ...c, sub: PLANTED.path }, headers })],
    [401, ask(url, PLANTED.token, 'people.read', { params: params(), headers })],
    [
      400,
      ask(url, house.hr, 'people.search', { params: c, body: { [PLANTED.name]: PLANTED.street } }),
    ],
    [
      400,
      ask(url, house.hr, 'people.add', {
        params: c,
        body: {
          records: [{ type: 'person', values: { lastName: PLANTED.name, x: PLANTED.street } }],
        },
        headers,
      }),
    ],
  ];
  for (const [status, asked] of expected) {
    const answered = await asked;
    assert.equal(answered.status, status, answered.text);
  }
  const sender = { url, token: house.hr, client: house.client };
  const { csv, mapping } = staffFile([
    { Number: 'PLANTED-00001', Last: PLANTED.cell, Born: PLANTED.badDate },
  ]);
  const started = await sendFile(sender, 'commit', csv, mapping);
  assert.equal((await ended(sender, started.json.id)).state, 'refused');
  await fetch(`${url}/${PLANTED.path}?${PLANTED.query}=${PLANTED.ssn}`, { headers });
  await fetch(`${url}/api/v1/clients/${PLANTED.path}/staff`, { method: 'PATCH', headers });
});

test('bytes that are no request', async () => {
  const { port } = new URL(server.url);
  for (const bytes of [
    `${PLANTED.path} nonsense\r\n\r\n`,
    `GET /${PLANTED.path} HTTP/1.1\r\nHost: x\r\nX-Planted : ${PLANTED.header}\r\n\r\n`,
    `GET http://${PLANTED.query}/ HTTP/1.1\r\nHost: ${PLANTED.header}\r\n\r\n`,
  ]) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    assert.match(Buffer.concat(await socket.toArray()).toString(), /^HTTP\/1\.1 400 /);
  }
});

test('a record that does not open, and a database that is gone', async () => {
  const admin = new pg.Client(cluster.connection('admin'));
  await admin.connect();
  await admin.query(`update record set ct = set_byte(ct, length(ct) - 1, get_byte(ct, length(ct) - 1) # 1)
    where client_id = '${house.client.slice(4)}'`);
  await admin.end();
  const unreadable = await ask(server.url, house.hr, 'people.read', { params: params(), headers });
  assert.equal(unreadable.status, 500, unreadable.text);
  const id = unreadable.headers.get('x-request-id');
  const failed = server.events().find(({ event }) => event === 'request-failed');
  assert.deepEqual([failed?.request, failed?.operation], [id, 'people.read']);
  assert.ok(server.events().some(({ event, level }) => event === 'alert' && level === 'error'));
  await cluster.stop();
  const query = { q: PLANTED.query };
  const gone = await ask(server.url, house.hr, 'people.list', { params: params(), query, headers });
  assert.ok(gone.status >= 500);
  cluster = await launchTestPostgres(directory, { fsync: 'off', full_page_writes: 'off' });
  await must(server.url, server.token!, 'clients.list', {});
});

test('all of it is lines of JSON with a level and an event; requests have their id, operation, status and time', async () => {
  server.signal('SIGTERM');
  assert.equal(await server.ended, 0);
  const events = server.events();
  for (const event of events) {
    assert.match(String(event.level), /^(info|warning|error)$/);
    assert.match(String(event.event), /^[a-z-]+$/);
    assert.ok(!Number.isNaN(Date.parse(String(event.at))));
  }
  const requests = events.filter(({ event }) => event === 'request');
  assert.ok(requests.length > 20);
  for (const each of requests) {
    const keys = ['at', 'level', 'event', 'request', 'operation', 'status', 'ms'];
    assert.deepEqual(Object.keys(each), keys);
    assert.match(String(each.request), /^[0-9a-f-]{36}$/);
    assert.match(String(each.operation), /^[a-z]+\.[a-z]+$/i);
  }
});

test('and nothing that was planted is in it, in any form, nor a token or the passphrase', () => {
  const place = join(directory, 'captured');
  mkdirSync(place);
  const { out, err } = server.output();
  writeFileSync(join(place, 'stderr'), err);
  const values = [
    ...Object.values(PLANTED),
    ...['planted@administrator.example', 'planted@person.example', PASSPHRASE, 'planted-metrics-'],
    ...[server.token!, house.hr, house.executive],
    'PLANTED-00000',
    'PLANTED-00001',
  ];
  const known = 'a line that is there, as a control';
  writeFileSync(join(place, 'control'), known);
  const first = JSON.parse(out) as { url: string; token: string; invitation: string };
  const secret = new URL(first.invitation).hash.slice(1);
  const found = findPlanted(place, [...values, secret, known]);
  assert.deepEqual(found, [{ value: known, form: 'bytes', file: 'control' }]);
  // Standard output has the address and, shown once, the first administrator's token and invitation.
  assert.deepEqual(Object.keys(first), ['url', 'token', 'invitation']);
});
