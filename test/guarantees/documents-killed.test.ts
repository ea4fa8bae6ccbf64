// Documents and a server that is killed at random moments of an upload: a document that was
// acknowledged is there, any other is not, and neither is anything of it. Large ones pass in bounded
// memory; larger ones than allowed are refused.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { DOCUMENT_CHUNK_BYTES } from '../../src/server/vault/document-chunks.ts';
import { must } from '../support/api.ts';
import { launchTestPostgres, type TestPostgres, tempDir } from '../support/cluster.ts';
import { diagnose } from '../support/diagnosis.ts';
import { type DocumentDesk, documentDesk, type RecordPlace } from '../support/document-desk.ts';
import { pdfFile } from '../support/documents.ts';
import { addPerson, type Furnished, furnish, leastRecords } from '../support/furnish.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const MIB = 1024 * 1024;
const ROUNDS = 3;
/** In memory at most: what is being written, what waits for it, and the one that is being filled. */
const CHUNKS_HELD = 9;

const directory = tempDir();
let cluster: TestPostgres;
let server: ServerProcess;
let house: Furnished;
let db: pg.Client;
let person: string;
let desk: DocumentDesk;
before(async () => {
  cluster = await launchTestPostgres(directory, { fsync: 'off' });
  db = new pg.Client(cluster.connection('admin'));
  await db.connect();
  server = await startServerProcess(directory);
  house = await furnish(server.url, server.token!, 'Paper Works');
  person = (await addPerson(server.url, house, leastRecords('P-1'))).id;
  desk = documentDesk(server.url, house.hr, house.client);
});
after(async () => {
  await db?.end();
  await server?.stop();
  await cluster?.stop();
});

/** Sends an upload in pieces; `sent` is told how many bytes have gone. The status, or null. */
function upload(
  of: RecordPlace,
  length: number,
  pieceAt: (at: number) => Buffer,
  sent: (bytes: number) => unknown,
): Promise<number | null> {
  const address = desk.addressOf('', of).replace(/\/$/, '?element=file');
  return new Promise((resolve) => {
    const call = request(address, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${house.hr}`,
        'content-type': 'multipart/form-data; boundary=x',
      },
    });
    call.on('error', () => resolve(null));
    call.on('response', (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode!));
      answer.on('error', () => resolve(null));
    });
    const send = async () => {
      call.write(
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n',
      );
      for (let at = 0; at < length && !call.destroyed; ) {
        const piece = pieceAt(at);
        await new Promise((next) => call.write(piece, next));
        at += piece.length;
        await sent(at);
      }
      call.end('\r\n--x--\r\n');
    };
    void send();
  });
}

const memoryOf = ({ pid }: ServerProcess) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

test('30 MB go in and out; while they arrive, all but a few chunks are stored already', async (t) => {
  const of = await desk.contractOf(person);
  const file = pdfFile({ filler: randomBytes(30 * MIB) });
  const last = file.length - 100;
  let isStored = false;
  const piece = (at: number) => file.subarray(at, at < last ? Math.min(at + MIB, last) : undefined);
  const status = await upload(of, file.length, piece, async (sent) => {
    if (sent !== last) return;
    const full = Math.floor(last / DOCUMENT_CHUNK_BYTES);
    while ((await unfinishedChunks()) < full - CHUNKS_HELD) await setTimeout(10);
    isStored = true;
  });
  assert.deepEqual([status, isStored], [201, true]);
  const doc = await documentOf(of);
  const { response } = await desk.read(doc, of);
  const hash = createHash('sha256');
  for await (const piece of response.body!) hash.update(piece);
  assert.equal(hash.digest('hex'), createHash('sha256').update(file).digest('hex'));
  t.diagnostic(`${memoryOf(server).toFixed(0)} MiB at most`);
});

async function unfinishedChunks(): Promise<number> {
  const { rows } = await db.query(`select count(*)::int as held from document d
    join document_chunk c using (client_id, document_id) where d.chunks is null`);
  return rows[0].held;
}

test('a file above 100 MiB is refused as soon as it is one', async () => {
  const of = await desk.contractOf(person);
  const head = pdfFile();
  const piece = Buffer.alloc(MIB, ' ');
  let bytes = 0;
  const pieceAt = (at: number) => (at === 0 ? head : piece);
  const status = await upload(of, 300 * MIB, pieceAt, (sent) => {
    bytes = sent;
  });
  assert.ok(status === 413 || status === null, `${status}`);
  assert.ok(bytes < 250 * MIB);
  assert.deepEqual(await revisionOf(of), 1);
});

async function recordOf(of: RecordPlace) {
  const params = { c: of.c, sub: of.sub };
  const { types } = await must(server.url, house.hr, 'people.read', { params });
  const contracts = types.find(({ id }: { id: string }) => id === of.type).records;
  return contracts.find(({ id }: { id: string }) => id === of.rec);
}

const revisionOf = async (of: RecordPlace): Promise<number> => (await recordOf(of)).revision;

async function documentOf(of: RecordPlace): Promise<string> {
  const { elements } = await recordOf(of);
  return elements.find(({ id }: { id: string }) => id === 'file').value.document;
}

test('a kill at a random moment of an upload leaves all of a document or nothing', async () => {
  const random = seededRandom(6);
  const file = pdfFile({ filler: randomBytes(3 * MIB) });
  for (let round = 0; round < ROUNDS; round++) {
    const of = await desk.contractOf(person);
    // Once behind the last byte, so that the end of the upload is hit too.
    const moment = round === 0 ? file.length : random.below(file.length);
    let killing: Promise<void> | null = null;
    const piece = (at: number) => file.subarray(at, at + 64 * 1024);
    const status = await upload(of, file.length, piece, (sent) => {
      if (sent >= moment) killing ??= server.kill();
    });
    await killing;
    server = await startServerProcess(directory);
    desk = documentDesk(server.url, house.hr, house.client);
    const revision = await revisionOf(of);
    if (status === 201) assert.equal(revision, 2);
    if (moment < file.length - MIB) assert.equal(revision, 1, `at ${moment}`);
    const again = await desk.attached(file, of);
    const { response } = await desk.read(again, of);
    assert.ok(Buffer.from(await response.arrayBuffer()).equals(file));
  }
  const { rows } = await db.query(`select d.chunks, count(c.part)::int as held from document d
    left join document_chunk c using (client_id, document_id)
    where d.chunks is not null group by d.client_id, d.document_id, d.chunks`);
  for (const { chunks, held } of rows) assert.equal(held, chunks);
});

test('the doctor finds every document that is not the one of its record', async () => {
  const of = await desk.contractOf(person);
  const id = (await desk.attached(pdfFile({ filler: randomBytes(MIB) }), of)).slice(4);
  await server.stop();
  const check = async () =>
    (await diagnose(directory, { records: true })).filter((found) => found.check === 'documents');
  assert.deepEqual(
    (await check()).map(({ ok }) => ok),
    [true],
  );
  for (const tamper of [
    'update document_chunk set ct = set_byte(ct, 90, get_byte(ct, 90) # 1) where document_id = $1 and part = 2',
    'delete from document_chunk where document_id = $1 and part = 4',
  ]) {
    await db.query(tamper, [id]);
    const [found] = await check();
    assert.deepEqual([found!.ok, found!.detail.includes(id)], [false, true], tamper);
  }
});
