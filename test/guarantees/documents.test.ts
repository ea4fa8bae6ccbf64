// Documents attached to records: what goes in comes out byte for byte, and nothing else; what is no
// PDF or image, or harmful, is refused and leaves nothing; only who sees the person reaches it.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { Change } from '#verifier/entry.ts';
import { DOCUMENT_CHUNK_BYTES } from '../../src/server/vault/document-chunks.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, HOUR, movableClock } from '../support/clock.ts';
import { type DocumentDesk, documentDesk, type RecordPlace } from '../support/document-desk.ts';
import {
  documentUpload,
  jpegFile,
  objectStream,
  pdfFile,
  pngFile,
  tiffFile,
} from '../support/documents.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type Persona, startTestServer, type World } from '../support/world.ts';

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
  params = await contractOf(1);
});
beforeEach(() => forgetRefusals(clock));
after(async () => {
  await owner.end();
  await observer.close();
  await world.close();
});

const attach = (file: Buffer, options = {}, of = params, persona: Persona = 'hr') =>
  desk.attach(file, of, options, world.tokens[persona]);
const attached = (file: Buffer, options = {}, of = params) => desk.attached(file, of, options);
const read = (doc: string, persona: Persona = 'hr', of = params) =>
  desk.read(doc, of, world.tokens[persona]);
const contractOf = (i: number) => desk.contractOf(world.people[i]!.id);

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** How many chunks and documents are stored, finished or not. */
async function stored(): Promise<[documents: number, chunks: number]> {
  const { rows } = await owner.query(
    'select (select count(*)::int from document) as d, (select count(*)::int from document_chunk) as c',
  );
  return [rows[0].d, rows[0].c];
}

test('a PDF, PNG, JPEG or TIFF of any size comes back byte for byte, under its own type and name', async () => {
  const large = (bytes: number) => pdfFile({ filler: randomBytes(bytes) });
  const edge = DOCUMENT_CHUNK_BYTES - pdfFile({ filler: Buffer.alloc(0) }).length;
  const files: [Buffer, string, string][] = [
    [pdfFile(), 'application/pdf', 'contract.pdf'],
    [pngFile(), 'image/png', 'scan.png'],
    [jpegFile(), 'image/jpeg', 'photo.jpg'],
    [tiffFile(), 'image/tiff', 'fax.tif'],
    [large(3 * MIB), 'application/pdf', 'long.pdf'],
    // The digits of an offset in the file move its length by a few bytes.
    ...[-3, -2, -1, 0, 1, 2].map((more): [Buffer, string, string] => [
      large(edge + more),
      'application/pdf',
      'edge.pdf',
    ]),
  ];
  for (const [file, type, name] of files) {
    const { json } = await attach(file, { type, name });
    const { id, revision, document, ...rest } = json;
    const sha256 = `sha256:${createHash('sha256').update(file).digest('hex')}`;
    assert.deepEqual(rest, { element: 'file', name, mediaType: type, bytes: file.length, sha256 });
    assert.equal(id, params.rec);
    const { headers, response } = await read(document);
    assert.equal(headers.get('content-type'), type);
    assert.equal(headers.get('content-length'), String(file.length));
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy')!, /default-src 'none'.*sandbox/);
    assert.match(
      headers.get('content-disposition')!,
      new RegExp(`^attachment; filename="${name}"`),
    );
    assert.ok((await bytesOf(response)).equals(file), `${name} of ${file.length}`);
  }
});

test('the person file shows name, type, size and digest, and never the key', async () => {
  const of = await contractOf(1);
  const document = await attached(pdfFile(), { name: 'Vertrag “Müller”.pdf' }, of);
  const asked = { params: { c: of.c, sub: of.sub }, query: { history: 'true' } };
  const file = await must(world.url, world.tokens.staff, 'people.read', asked);
  const type = file.types.find(({ id }: { id: string }) => id === of.type);
  const record = type.records.find(({ id }: { id: string }) => id === of.rec);
  const { value } = record.elements.find(({ id }: { id: string }) => id === 'file');
  assert.deepEqual(Object.keys(value).sort(), ['bytes', 'document', 'mediaType', 'name', 'sha256']);
  assert.deepEqual([value.document, value.name], [document, 'Vertrag “Müller”.pdf']);
  const { headers, response } = await read(document, 'staff', of);
  await response.arrayBuffer();
  assert.match(
    headers.get('content-disposition')!,
    /filename\*=UTF-8''Vertrag%20%E2%80%9CM%C3%BCller/,
  );
});

test('an entry names the person, the record type and the change, and nothing of the file', async () => {
  const { answer, appended } = await observer.observe(() =>
    attach(pdfFile(), { name: 'Unspeakable.pdf' }),
  );
  const [{ entry }] = ofCalls(appended) as [(typeof appended)[0]];
  assert.deepEqual([entry.types, entry.subjects], [[params.type], [params.sub]]);
  const [change] = entry.changes as Change[];
  assert.deepEqual([change!.record, change!.revision], [params.rec, answer.json.revision]);
  const reading = await observer.observe(async () => {
    await (await read(answer.json.document)).response.arrayBuffer();
  });
  const [one, ...more] = ofCalls(reading.appended);
  assert.deepEqual([one!.entry.op, one!.entry.outcome, more], ['documents.read', 'allowed', []]);
  assert.doesNotMatch(JSON.stringify([appended, reading.appended]), /Unspeakable/);
});

test('what is no sound PDF or image, or acts by itself, is refused and leaves nothing', async () => {
  const before = await stored();
  const zip = Buffer.from('PK\x03\x04 and more');
  const cases: [status: number, file: Buffer, options: object][] = [
    [400, Buffer.alloc(0), {}],
    [415, Buffer.from('<script>alert(1)</script>'), {}],
    [415, zip, { type: 'application/zip', name: 'a.zip' }],
    [415, pngFile(), { type: 'application/pdf' }],
    [415, pdfFile(), { type: 'image/png', name: 'a.png' }],
    [400, Buffer.concat([pdfFile(), zip]), {}],
    [400, Buffer.concat([pngFile(), zip]), { type: 'image/png', name: 'a.png' }],
    [400, pdfFile().subarray(0, 200), {}],
    [400, pngFile(40_000, 40_000), { type: 'image/png', name: 'a.png' }],
    [400, pdfFile({ root: '/OpenAction << /S /JavaScript /JS (x) >>' }), {}],
    [400, pdfFile({ root: '/OpenAction << /S /Launch /F (x) >>' }), {}],
    [400, pdfFile({ more: objectStream('5 0 << /Names << /EmbeddedFiles 9 0 R >> >>') }), {}],
    [400, pdfFile({ filler: randomBytes(MIB), root: '/Encrypt 9 0 R' }), {}],
    [400, pdfFile(), { element: 'signedOn' }],
    [400, pdfFile(), { element: 'nosuch' }],
    [400, pdfFile(), { element: null }],
  ];
  for (const [status, file, options] of cases) {
    forgetRefusals(clock);
    const { answer, appended } = await observer.observe(() => attach(file, options));
    const where = `${JSON.stringify(options)} ${file.length}: ${answer.text}`;
    assert.equal(answer.status, status, where);
    assert.deepEqual(answer.json.reasons, ['bad-input'], where);
    assert.deepEqual(
      ofCalls(appended).map(({ entry }) => entry.outcome),
      ['refused'],
      where,
    );
  }
  assert.deepEqual(await stored(), before);
});

test('an upload that is cut off leaves nothing', async () => {
  const before = await stored();
  const file = pdfFile({ filler: randomBytes(3 * MIB) });
  const address = desk.addressOf('', params).replace(/\/$/, '?element=file');
  const sent = request(address, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.tokens.hr}`,
      'content-type': 'multipart/form-data; boundary=x',
    },
  });
  sent.on('error', () => {});
  sent.write(
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n' +
      'Content-Type: application/pdf\r\n\r\n',
  );
  sent.write(file.subarray(0, 2 * MIB));
  while ((await stored())[1] === before[1]) await setTimeout(5);
  sent.destroy();
  // The server hears of it in its own time.
  while ((await stored())[0] > before[0]) await setTimeout(5);
  assert.deepEqual(await stored(), before);
});

test('an hour after a dead upload its chunks are gone, and no document that a record names', async () => {
  const kept = await attached(pdfFile({ filler: randomBytes(MIB) }));
  const before = await stored();
  const client = params.c.slice(4);
  const dead = '018fd0d0-0000-7000-8000-000000000001';
  await owner.query('insert into document (client_id, document_id) values ($1, $2)', [
    client,
    dead,
  ]);
  await owner.query('insert into document_chunk values ($1, $2, 0, $3)', [
    client,
    dead,
    randomBytes(9),
  ]);
  clock.pass(HOUR + 1);
  await attached(pngFile(), { type: 'image/png', name: 'a.png' });
  assert.deepEqual(await stored(), [before[0] + 1, before[1] + 1]);
  assert.equal((await read(kept)).status, 200);
  await owner.query('insert into document (client_id, document_id) values ($1, $2)', [
    client,
    dead,
  ]);
  await owner.query('insert into document_chunk values ($1, $2, 0, $3)', [
    client,
    dead,
    randomBytes(9),
  ]);
  const other = await startTestServer(world.database, world.directory, clock.now);
  assert.deepEqual(await stored(), [before[0] + 1, before[1] + 1]);
  await other.close();
});

test('a document is reached only through its record, by who sees the person', async () => {
  const doc = await attached(pdfFile());
  const unknown = await read(`doc_01900000-0000-7000-8000-00000000ffff`);
  const expected = [404, await unknown.response.text()];
  const elsewhere = await contractOf(1);
  const somebody = await contractOf(3);
  const others = await attached(pdfFile(), {}, somebody);
  for (const [persona, id, of] of [
    ['hr', doc, elsewhere],
    ['hr', doc, somebody],
    ['hr', doc, { ...params, type: 'training' }],
    ['hr', doc, { ...params, sub: world.people[2]!.id }],
    ['hr', others, params],
    ['manager', others, somebody],
    ['staff', others, somebody],
    ['outsider', doc, params],
  ] as const) {
    forgetRefusals(clock);
    const { status, response } = await read(id, persona, of);
    assert.deepEqual([status, await response.text()], expected, `${persona} ${id}`);
  }
  for (const persona of ['manager', 'staff', 'servicing'] as const) {
    const { status, response } = await read(doc, persona);
    await response.arrayBuffer();
    assert.equal(status, 200, persona);
  }
  assert.equal((await attach(pdfFile(), {}, params, 'manager')).status, 403);
});

test('a document that is taken out is gone from the record, and stays in its history', async () => {
  const of = await contractOf(1);
  const first = await attached(pdfFile(), {}, of);
  const second = await attached(pdfFile({ filler: randomBytes(99) }), {}, of);
  const remove = (doc: string) =>
    ask(world.url, world.tokens.hr, 'documents.remove', { params: { ...of, doc } });
  assert.equal((await remove(first)).status, 404);
  assert.deepEqual((await remove(second)).json, { id: of.rec, revision: 4 });
  assert.equal((await remove(second)).status, 404);
  const asked = { params: { c: of.c, sub: of.sub } };
  const file = await must(world.url, world.tokens.hr, 'people.read', asked);
  assert.doesNotMatch(JSON.stringify(file), new RegExp(second));
  for (const doc of [first, second]) {
    const { status, response } = await read(doc, 'hr', of);
    await response.arrayBuffer();
    assert.equal(status, 200);
  }
});

test('of two who attach at once both documents are named, one after the other, or one is told', async () => {
  const of = await contractOf(1);
  const answers = await Promise.all([1, 2, 3].map(() => attach(pdfFile(), {}, of)));
  const revisions = answers.filter(({ status }) => status === 201).map(({ json }) => json.revision);
  assert.deepEqual(
    revisions.sort(),
    revisions.map((_, i) => i + 2),
  );
  for (const { status, text } of answers) assert.ok([201, 409].includes(status), text);
});

test('nobody can write a document’s place, digest or key by hand', async () => {
  const document = await attached(pdfFile());
  const of = await contractOf(1);
  const value = {
    document,
    name: 'x',
    mediaType: 'text/html',
    bytes: 1,
    sha256: '',
    chunks: 1,
    key: '',
  };
  for (const values of [{ file: value }, { file: [value] }]) {
    const asked = { params: of, body: { values } };
    assert.equal((await ask(world.url, world.tokens.hr, 'records.correct', asked)).status, 400);
  }
  await must(world.url, world.tokens.hr, 'records.correct', {
    params: of,
    body: { values: { file: JSON.stringify(value) } },
  });
  assert.equal((await read(document, 'hr', of)).status, 404);
});

test('the wording of a policy version is attached once, and then stays like the version', async () => {
  const c = { c: world.clients[0] };
  const create = async (type: string, values: object) => {
    const asked = { params: { ...c, type }, body: { values } };
    const { id } = await must(world.url, world.tokens.hr, 'client-records.create', asked);
    return { ...c, type, rec: id as string };
  };
  await create('policy', { name: 'Remote work' });
  const of = await create('policyVersion', { policy: 'Remote work', version: '1' });
  const send = () =>
    ask(world.url, world.tokens.hr, 'client-documents.attach', {
      params: of,
      body: documentUpload(pdfFile()),
    });
  const { status, json, text } = await send();
  assert.equal(status, 201, text);
  const doc = { params: { ...of, doc: json.document } };
  const read = await ask(world.url, world.tokens.hr, 'client-documents.read', doc);
  assert.equal(read.headers.get('content-type'), 'application/pdf');
  const again = await send();
  assert.deepEqual([again.status, again.json.reasons], [403, ['append-only']]);
  const removed = await ask(world.url, world.tokens.hr, 'client-documents.remove', doc);
  assert.deepEqual([removed.status, removed.json.reasons], [403, ['append-only']]);
  const shown = await must(world.url, world.tokens.hr, 'client-records.read', { params: of });
  const { value } = shown.elements.find(({ id }: { id: string }) => id === 'file');
  assert.deepEqual([value.document, 'key' in value], [json.document, false]);
});
