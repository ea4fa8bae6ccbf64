/** Two server processes on one database: what ends in one stops the other's very next answer, nothing
 * is written twice or lost, and both append to one tree. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { OperationId } from '../../src/contract/operations.ts';
import { ask, must } from '../support/api.ts';
import { launchTestPostgres, type TestPostgres, tempDir } from '../support/cluster.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import {
  type AddedPerson,
  addPerson,
  type Furnished,
  furnish,
  leastRecords,
} from '../support/furnish.ts';
import { mappingOf, staffFile } from '../support/request-bodies.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const DOCUMENT = { document: `sha256:${'d'.repeat(64)}`, version: '1', until: null };

let cluster: TestPostgres;
let one: ServerProcess;
let two: ServerProcess;
/** Tokens. */
let admin: string;
let security: string;
let house: Furnished;
let person: AddedPerson;
const directory = tempDir();

before(async () => {
  cluster = await launchTestPostgres(directory, { fsync: 'off', full_page_writes: 'off' });
  one = await startServerProcess(directory);
  two = await startServerProcess(directory);
  admin = one.token!;
  house = await furnish(one.url, admin, 'Twofold Works');
  person = await addPerson(one.url, house, leastRecords('T-1', 'Doppler'));
  security = (await newUser({ side: 'provider', roles: ['security'] })).token;
  await instruct();
});

after(async () => {
  await Promise.all([one?.stop(), two?.stop()]);
  await cluster?.stop();
});

interface Reader {
  readonly user: string;
  readonly token: string;
  readonly tokenId: string;
  readonly nda: string;
  readonly assignment: string;
}

async function instruct(): Promise<string> {
  const body = {
    purposes: ['hr-administration'],
    types: ['person', 'employment', 'contact'],
    recipients: [],
    document: DOCUMENT.document,
    until: null,
  };
  return (await must(one.url, house.executive, 'instructions.give', { ...client(), body })).id;
}

const client = () => ({ params: { c: house.client } });

async function newUser(of: { side: string; roles: string[]; client?: string }, by = admin) {
  users++;
  const body = { ...of, name: `User ${users}`, address: `user${users}@example.test` };
  const user = (await must(one.url, by, 'users.register', { body })).id as string;
  const issued = await must(one.url, by, 'tokens.issue', { params: { id: user }, body: {} });
  return { user, token: issued.token as string, tokenId: issued.id as string };
}
let users = 0;

/** A provider user who is assigned to the client. */
async function newReader(): Promise<Reader> {
  const { url } = one;
  const { user, token, tokenId } = await newUser({ side: 'provider', roles: ['servicing'] });
  const nda = (await must(url, token, 'ndas.sign', { params: { id: user }, body: DOCUMENT })).id;
  const body = { user, team: 'servicing', until: null };
  const assignment = (await must(url, admin, 'assignments.start', { ...client(), body })).id;
  const params = { c: house.client, kind: 'assignments', id: assignment };
  await must(url, house.hr, 'proposals.approve', { params });
  return { user, token, tokenId, nda, assignment };
}

const read = (url: string, token: string) =>
  ask(url, token, 'people.read', { params: { c: house.client, sub: person.id } });

describe('what ends in one process stops the next answer of the other', () => {
  const ending = (id: OperationId, ref: string) =>
    must(two.url, house.executive, id, { params: { c: house.client, id: ref } });
  const ends: [what: string, status: number, end: (reader: Reader) => Promise<unknown>][] = [
    [
      'a token',
      401,
      ({ tokenId }) => must(two.url, admin, 'tokens.revoke', { params: { id: tokenId } }),
    ],
    [
      'a user',
      401,
      ({ user }) => must(two.url, security, 'users.disable', { params: { id: user } }),
    ],
    ['an assignment', 404, ({ assignment }) => ending('assignments.end', assignment)],
    ['an NDA', 403, ({ nda }) => must(two.url, admin, 'ndas.end', { params: { id: nda } })],
    [
      'an instruction',
      403,
      async () => ending('instructions.end', (await inForce('instructions'))[0]!),
    ],
    ['an agreement', 403, async () => ending('agreements.end', (await inForce('agreements'))[0]!)],
    ['a notice', 403, async () => ending('notices.end', (await inForce('notices'))[0]!)],
    [
      'a client that is frozen',
      403,
      () =>
        must(two.url, house.executive, 'clients.status', {
          ...client(),
          body: { status: 'frozen' },
        }),
    ],
  ];

  async function inForce(kind: string): Promise<string[]> {
    const authority = await must(one.url, house.executive, 'authority.read', client());
    return authority[kind].map((fact: { id: string }) => fact.id);
  }

  /** Whatever ended for the whole client is in force again for the next one. */
  async function restore() {
    const call = { ...client(), body: DOCUMENT };
    await must(two.url, house.executive, 'clients.status', {
      ...client(),
      body: { status: 'active' },
    });
    if ((await inForce('agreements')).length === 0)
      await must(one.url, house.executive, 'agreements.accept', call);
    if ((await inForce('notices')).length === 0)
      await must(one.url, house.executive, 'notices.accept', call);
    if ((await inForce('instructions')).length === 0) await instruct();
  }

  for (const [what, status, end] of ends) {
    test(what, async () => {
      const reader = await newReader();
      for (const { url } of [one, two]) assert.equal((await read(url, reader.token)).status, 200);
      assert.equal((await read(one.url, reader.token)).status, 200);
      await end(reader);
      const answered = await read(one.url, reader.token);
      assert.equal(answered.status, status, answered.text.slice(0, 300));
      assert.doesNotMatch(answered.text, /Doppler/);
      await restore();
    });
  }

  test('and a write right after somebody else’s token was revoked there is carried out', async () => {
    const { tokenId } = await newReader();
    await must(two.url, admin, 'tokens.revoke', { params: { id: tokenId } });
    await addPerson(one.url, house, leastRecords('T-after'));
    const call = {
      params: { c: house.client, sub: person.id, type: 'person', rec: person.records.person! },
    };
    await must(two.url, admin, 'tokens.revoke', { params: { id: (await newReader()).tokenId } });
    const body = { values: { middleName: 'Revoked' } };
    await must(one.url, house.hr, 'records.correct', { ...call, body });
  });

  test('a token that was revoked while its call was being read, though others were told of it', async () => {
    const { token, tokenId } = await newUser(
      { side: 'client', client: house.client, roles: ['hr'] },
      house.hr,
    );
    const { began, end } = slowUpload(one.url, token);
    await began;
    await must(two.url, security, 'tokens.revoke', { params: { id: tokenId } });
    // Of this call, and with it this process finds out.
    assert.equal((await read(one.url, house.hr)).status, 200);
    assert.equal(await end(), 401);
  });
});

/** An import that is checked, of which the last bytes are held back. */
function slowUpload(url: string, token: string) {
  const address = `${url}/api/v1/clients/${house.client}/imports?mode=check`;
  const sent = request(address, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'multipart/form-data; boundary=edge',
    },
  });
  const answered = once(sent, 'response');
  const part = (name: string, text: string) =>
    `--edge\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n${text}\r\n`;
  sent.write(part('mapping', JSON.stringify(mappingOf())));
  sent.write(part('file', staffFile([['T-9', 'Slow', 'Load', '2020-01-01']])));
  return {
    // A call that begins later is refused as well, and would show nothing.
    began: once(sent, 'socket').then(() => new Promise((resolve) => setTimeout(resolve, 100))),
    async end(): Promise<number> {
      sent.end('--edge--\r\n');
      const [answer] = await answered;
      answer.resume();
      return answer.statusCode;
    },
  };
}

test('32 readers at full speed never get an answer after the ending fact', async () => {
  for (const end of ['assignments.end', 'users.disable'] as const) {
    const reader = await newReader();
    let answered = 0;
    let enough = () => {};
    const warm = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const readUntilRefused = async (url: string) => {
      for (;;) {
        const { status } = await read(url, reader.token);
        if (status !== 200) return status;
        if (++answered === 400) enough();
      }
    };
    const all = Promise.all(
      Array.from({ length: 32 }, (_, i) => readUntilRefused(i % 2 ? one.url : two.url)),
    );
    await warm;
    if (end === 'assignments.end') {
      const params = { c: house.client, id: reader.assignment };
      await must(two.url, house.executive, end, { params });
    } else await must(two.url, security, end, { params: { id: reader.user } });
    const last = await all;
    assert.ok(
      last.every((status) => [401, 404, 429].includes(status)),
      String(last),
    );
    const entries = await readLedger(one.url, house.executive, house.client);
    const ended = entries.findIndex(({ fact }) =>
      end === 'assignments.end'
        ? fact?.type === 'assignment.ended' && fact.ref === reader.assignment
        : fact?.type === 'user.disabled' && fact.user === reader.user,
    );
    assert.ok(ended > 0);
    const allowed = entries.flatMap(({ actor, op, outcome }, index) =>
      actor === reader.user && op === 'people.read' && outcome === 'allowed' ? [index] : [],
    );
    assert.equal(
      allowed.length,
      answered,
      'every answer has its entry, and every entry its answer',
    );
    assert.ok(allowed.every((index) => index < ended));
  }
});

test('of all corrections of one record, each revision is written once and none is lost', async () => {
  const params = { c: house.client, sub: person.id, type: 'contact', rec: person.records.contact! };
  // Each writer is somebody else: whoever is refused too often must wait.
  const writers: string[] = [];
  for (let i = 0; i < 8; i++) {
    const of = { side: 'client', roles: ['hr'], client: house.client };
    writers.push((await newUser(of, house.hr)).token);
  }
  const correct = (url: string, i: number, revision?: number) =>
    ask(url, writers[i % writers.length]!, 'records.correct', {
      params,
      body: { values: { workEmail: `write${i}@example.test` }, ...(revision && { revision }) },
    });
  const written: number[] = [];
  let refused = 0;
  const write = async (worker: number) => {
    for (let i = 0; i < 6; i++) {
      const answered = await correct(worker % 2 ? one.url : two.url, worker + 8 * i);
      if (answered.status === 200) written.push(answered.json.revision);
      else if (answered.status === 409) refused++;
      else assert.fail(answered.text);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, worker) => write(worker)));
  assert.ok(written.length > 0);
  const sorted = written.toSorted((a, b) => a - b);
  assert.deepEqual(
    sorted,
    Array.from(sorted, (_, i) => i + 2),
  );

  const base = sorted.at(-1)!;
  const same = await Promise.all(
    Array.from({ length: 12 }, (_, i) => correct(i % 2 ? one.url : two.url, 800 + i, base)),
  );
  const won = same.filter(({ status }) => status === 200);
  assert.equal(won.length, 1, 'exactly one wins the revision that all have read');
  assert.ok(same.every(({ status }) => status === 200 || status === 409));

  const entries = await readLedger(two.url, house.executive, house.client);
  const corrections = entries.filter(
    ({ op, changes }) =>
      op === 'records.correct' &&
      Array.isArray(changes) &&
      changes.some(({ record }) => record === params.rec),
  );
  assert.deepEqual(
    corrections.map(({ changes }) => (changes as readonly { revision: number }[])[0]!.revision),
    Array.from({ length: base }, (_, i) => i + 2),
  );
  const failed = entries.filter(
    ({ op, outcome }) => op === 'records.correct' && outcome === 'failed',
  );
  assert.equal(failed.length, refused + same.length - 1);
  const query = { history: 'true', types: 'contact' };
  const file = await must(one.url, house.hr, 'people.read', {
    params: { c: house.client, sub: person.id },
    query,
  });
  assert.equal(file.types[0].records[0].revision, base + 1);
  assert.equal(file.types[0].history.length, base);
});

test('of people with one staff number, exactly one is added', async () => {
  const added = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) =>
      addPerson(i % 2 ? one.url : two.url, house, leastRecords('T-same')),
    ),
  );
  assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('a repeated call with one Idempotency-Key is carried out once, whichever process gets it', async () => {
  const added = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      addPerson(i % 2 ? one.url : two.url, house, leastRecords('T-repeated'), 'once-and-only'),
    ),
  );
  assert.equal(new Set(added.map(({ id }) => id)).size, 1);
});

test('both append to one tree, which verifies from both, and the doctor finds nothing', async () => {
  for (const { url } of [one, two]) {
    const report = await verifyLedger(url, house.executive, house.client);
    assert.equal(report.verified, true, JSON.stringify(report.failures.slice(0, 3)));
  }
  assert.deepEqual(faults(await diagnose(directory, { records: true })), []);
});
