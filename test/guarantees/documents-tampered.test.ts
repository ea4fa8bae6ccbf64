// Documents under attack: whatever is done to the stored chunks, no changed byte leaves; whoever may
// read a document no longer gets no further chunk of it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { must } from '../support/api.ts';
import { type Clock, movableClock } from '../support/clock.ts';
import {
  type DocumentDesk,
  documentDesk,
  type RecordPlace,
  receivedOf,
} from '../support/document-desk.ts';
import { pdfFile } from '../support/documents.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type World } from '../support/world.ts';

const MIB = 1024 * 1024;

let clock: Clock;
let world: World;
let observer: Observer;
let owner: pg.Client;
let desk: DocumentDesk;
let params: RecordPlace;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  owner = new pg.Client(world.database.connection('admin'));
  await owner.connect();
  desk = documentDesk(world.url, world.tokens.hr, world.clients[0]);
  params = await desk.contractOf(world.people[1]!.id);
});
beforeEach(() => forgetRefusals(clock));
after(async () => {
  await owner.end();
  await observer.close();
  await world.close();
});

test('a changed, cut, swapped, moved or missing chunk is never sent; an alert is raised', async () => {
  const client = params.c.slice(4);
  const file = pdfFile({ filler: randomBytes(MIB) });
  const other = (await desk.attached(pdfFile({ filler: randomBytes(MIB) }), params)).slice(4);
  const set = (doc: string, part: number, ct: string, values: unknown[] = []) =>
    owner.query(
      `update document_chunk set ct = ${ct} where client_id = $1 and document_id = $2 and part = $3`,
      [client, doc, part, ...values],
    );
  const chunk = async (doc: string, part: number) =>
    (
      await owner.query('select ct from document_chunk where document_id = $1 and part = $2', [
        doc,
        part,
      ])
    ).rows[0].ct as Buffer;
  const tamperings: Record<string, (doc: string) => Promise<unknown>> = {
    'a bit of the first': (doc) => set(doc, 0, 'set_byte(ct, 900, get_byte(ct, 900) # 1)'),
    'a bit of the last': (doc) => set(doc, 4, 'set_byte(ct, 60, get_byte(ct, 60) # 1)'),
    'two swapped': async (doc) => {
      const [one, two] = [await chunk(doc, 1), await chunk(doc, 2)];
      await set(doc, 1, '$4', [two]);
      await set(doc, 2, '$4', [one]);
    },
    'one of another document': async (doc) => set(doc, 1, '$4', [await chunk(other, 1)]),
    'one missing': (doc) =>
      owner.query('delete from document_chunk where document_id = $1 and part = 3', [doc]),
    'the last in the middle': async (doc) => set(doc, 2, '$4', [await chunk(doc, 4)]),
  };
  for (const [what, tamper] of Object.entries(tamperings)) {
    const id = await desk.attached(file, params);
    await tamper(id.slice(4));
    const { answer: received, appended } = await observer.observe(async () => {
      const { status, response } = await desk.read(id, params);
      if (status === 500) return { bytes: Buffer.alloc(0), isWhole: false };
      assert.equal(status, 200, what);
      return receivedOf(response);
    });
    assert.equal(received.isWhole, false, what);
    assert.ok(received.bytes.length < file.length, what);
    assert.ok(file.subarray(0, received.bytes.length).equals(received.bytes), what);
    const outcomes = ofCalls(appended).map(({ entry }) => [entry.outcome, entry.reasons]);
    assert.deepEqual(
      outcomes,
      [
        ['allowed', []],
        ['failed', ['ciphertext']],
      ],
      what,
    );
    assert.ok(
      appended.some(({ entry }) => entry.fact?.type === 'alert.raised'),
      what,
    );
  }
});

test('whoever is no longer assigned gets no further chunk of a download under way', async () => {
  const file = pdfFile({ filler: randomBytes(24 * MIB) });
  const doc = await desk.attached(file, params);
  const { response } = await desk.read(doc, params, world.tokens.servicing);
  const reader = response.body!.getReader();
  let received = (await reader.read()).value!.length;
  const end = { params: { c: params.c, id: world.facts.assignment } };
  const { appended } = await observer.observe(async () => {
    await must(world.url, world.tokens.hr, 'assignments.end', end);
    try {
      for (let got = await reader.read(); !got.done; got = await reader.read()) {
        received += got.value.length;
      }
    } catch {
      // The connection was cut.
    }
  });
  // What was on its way through the sockets still arrives.
  assert.ok(received < file.length, `${received} of ${file.length}`);
  const [cut] = ofCalls(appended).filter(({ entry }) => entry.op === 'documents.read');
  assert.deepEqual([cut!.entry.outcome, cut!.entry.reasons], ['failed', ['no-assignment']]);
});
