/** What an outsider can check of a ledger: proofs, checkpoints and evidence from the API, verified with
 * the verifier's own code; and that calls without a valid token are counted. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import { openBundle, readMember } from '#verifier/bundle.ts';
import { parseCheckpoint } from '#verifier/checkpoint.ts';
import { encodeEntry } from '#verifier/entry.ts';
import { verifyConsistency } from '#verifier/merkle.ts';
import { parseVkey, verifyNote } from '#verifier/note.ts';
import { verifyTlogProof } from '#verifier/tlog-proof.ts';
import { verifyBundle } from '#verifier/verify.ts';
import { uuidOf } from '../../src/contract/ids.ts';
import { checkLedger } from '../../src/server/check-ledger.ts';
import { readEntries } from '../../src/server/ledger/read-entries.ts';
import { countUncounted } from '../../src/server/uncounted.ts';
import { ask, must } from '../support/api.ts';
import { tempDir } from '../support/cluster.ts';
import { exportEvidence, readLedger } from '../support/evidence.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let client: { params: { c: string } };
/** The key of the log, as its first fact tells it. */
let vkey: string;
/** Milliseconds; nothing in the server moves by itself. */
let clock: number;

before(async () => {
  // In the past: a server whose clock is ahead of the database's does not append.
  clock = Date.UTC(2024, 5, 3, 9);
  world = await openWorld({ now: () => clock });
  client = { params: { c: world.clients[0] } };
  for (const { fact } of await entries()) if (fact?.type === 'log.key') vkey = fact.vkey;
});

after(() => world?.close());

const entries = () => readLedger(world.url, world.tokens.auditor, world.clients[0]);
const checkpoint = async () =>
  (await must(world.url, world.tokens.auditor, 'ledger.checkpoint', client)) as string;
const proof = async (index: number) =>
  (await must(world.url, world.tokens.auditor, 'ledger.proof', {
    ...client,
    query: { index: String(index) },
  })) as string;
const opened = (note: string) => parseCheckpoint(verifyNote(note, [parseVkey(vkey)]).text);

describe('the proof of an entry', () => {
  test('verifies for every entry, with the exact bytes of that entry', async () => {
    const all = await entries();
    for (const [index, entry] of all.entries()) {
      const proven = verifyTlogProof(await proof(index), encodeEntry(entry), vkey);
      assert.equal(proven.index, BigInt(index));
    }
  });

  test('does not verify for another entry, or a changed one', async () => {
    const all = await entries();
    const text = await proof(5);
    assert.throws(() => verifyTlogProof(text, encodeEntry(all[6]!), vkey), {
      reason: 'root-differs',
    });
    const changed = { ...all[5]!, op: 'people.list' };
    assert.throws(() => verifyTlogProof(text, encodeEntry(changed), vkey), {
      reason: 'root-differs',
    });
  });

  test('is not given for an entry that does not exist yet', async () => {
    const query = { index: '1000000' };
    const answered = await ask(world.url, world.tokens.auditor, 'ledger.proof', {
      ...client,
      query,
    });
    assert.equal(answered.status, 404);
  });
});

describe('the proof of growth', () => {
  test('verifies between checkpoints of every size', async () => {
    const notes = [await checkpoint()];
    for (let i = 0; i < 9; i++) notes.push(await checkpoint());
    for (const note of notes) {
      const older = opened(note);
      const query = { from: String(older.size) };
      const grown = await must(world.url, world.tokens.auditor, 'ledger.consistency', {
        ...client,
        query,
      });
      const newer = opened(grown.checkpoint);
      verifyConsistency({
        size1: BigInt(older.size),
        root1: older.root,
        size2: BigInt(newer.size),
        root2: newer.root,
        proof: grown.proof.map((hash: string) => Buffer.from(hash, 'base64')),
      });
    }
  });

  test('does not verify from another root', async () => {
    const older = opened(await checkpoint());
    await checkpoint();
    const query = { from: String(older.size) };
    const grown = await must(world.url, world.tokens.auditor, 'ledger.consistency', {
      ...client,
      query,
    });
    const newer = opened(grown.checkpoint);
    assert.throws(
      () =>
        verifyConsistency({
          size1: BigInt(older.size),
          root1: newer.root,
          size2: BigInt(newer.size),
          root2: newer.root,
          proof: grown.proof.map((hash: string) => Buffer.from(hash, 'base64')),
        }),
      { reason: 'root-differs' },
    );
  });
});

describe('a checkpoint', () => {
  const noteIn = (text: string) => text.slice(text.indexOf('\n\n') + 2);

  test('is signed at most once a second, where no larger one is needed', async () => {
    clock += 5000;
    const first = noteIn(await proof(0));
    const { size } = opened(first);
    clock += 999;
    assert.equal(noteIn(await proof(0)), first);
    assert.equal(noteIn(await proof(size - 1)), first);
    clock += 1;
    assert.ok(opened(noteIn(await proof(0))).size > size);
  });

  test('is signed at once where a larger one is needed: for the call itself, or a newer entry', async () => {
    const first = opened(await checkpoint());
    const second = opened(await checkpoint());
    assert.equal(second.size, first.size + 1);
    await must(world.url, world.tokens.auditor, 'ledger.entries', client);
    assert.ok(opened(noteIn(await proof(second.size))).size > second.size);
  });

  test('covers the very call that asked for it', async () => {
    const { size } = opened(await checkpoint());
    assert.equal((await entries())[size - 1]!.op, 'ledger.checkpoint');
  });
});

test('entries stand in one order, and time never goes back', async () => {
  clock -= 1500;
  await checkpoint();
  clock += 1500;
  await checkpoint();
  const times = (await entries()).map(({ at }) => at);
  assert.deepEqual(times, times.toSorted());
  assert.ok(times.every((at) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at)));
});

test('the provider’s ledger is a tree of its own that holds together', async () => {
  const { ledgers, database } = world.server.house;
  assert.equal(await checkLedger(database, ledgers.provider), null);
  assert.equal(await checkLedger(database, (await ledgers.find(uuidOf(world.clients[0])))!), null);
});

describe('an evidence bundle', () => {
  test('verifies against the pinned key and an older checkpoint, its own entry last', async () => {
    const since = await checkpoint();
    await checkpoint();
    const path = await exportEvidence(world.url, world.tokens.auditor, world.clients[0]);
    const report = await verifyBundle(path, { key: vkey, since, threads: 0 });
    assert.deepEqual(report.failures, []);
    assert.equal(report.verified, true);
    assert.equal(report.isKeyPinned, true);
    assert.equal(report.since, opened(since).size);
    const all = await entries();
    assert.equal(all[report.size! - 1]!.op, 'evidence.export');
  });

  test('is refused with any one byte flipped, in every file of it', async () => {
    const directory = await unpack(
      await exportEvidence(world.url, world.tokens.auditor, world.clients[0]),
    );
    assert.equal((await verifyBundle(directory.path, { key: vkey, threads: 0 })).verified, true);
    const random = seededRandom(20261123);
    for (const name of directory.names) {
      const path = join(directory.path, name);
      const bytes = readFileSync(path);
      const flips = name === 'entries.jsonl' ? 20 : 2;
      for (let i = 0; i < flips; i++) {
        const flipped = Buffer.from(bytes);
        const at = random.below(bytes.length);
        flipped[at]! ^= 1 << random.below(8);
        writeFileSync(path, flipped);
        const report = await verifyBundle(directory.path, { key: vkey, threads: 0 });
        assert.equal(report.verified, false, `${name} with byte ${at} flipped`);
      }
      writeFileSync(path, bytes);
    }
  });

  test('is refused under the key of another log', async () => {
    const path = await exportEvidence(world.url, world.tokens.auditor, world.clients[0]);
    const other = (await world.server.house.ledgers.find(uuidOf(world.clients[1])))!;
    const report = await verifyBundle(path, { key: other.keys.vkey, threads: 0 });
    assert.equal(report.failure?.reason, 'signature-invalid');
  });
});

async function unpack(zip: string): Promise<{ path: string; names: readonly string[] }> {
  const bundle = await openBundle(zip);
  const path = join(tempDir(), 'bundle');
  for (const name of bundle.names) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), await readMember(bundle, name));
  }
  await bundle.close();
  return { path, names: bundle.names };
}

describe('calls without a valid token', () => {
  const system = async () => {
    const { ledgers } = world.server.house;
    const { provider } = ledgers;
    await ledgers.refresh(provider);
    const all = await readEntries(world.server.house, provider, 0, provider.head.size);
    return all.filter((entry) => entry.op === 'http.count');
  };

  test('make no entry of their own', async () => {
    const { provider } = world.server.house.ledgers;
    const { size } = provider.head;
    for (const token of [null, 'wst_nobody', `wst_${'x'.repeat(43)}`]) {
      assert.equal((await ask(world.url, token, 'clients.list')).status, 401);
    }
    assert.equal(provider.head.size, size);
  });

  test('are counted in one system entry of the provider’s ledger each minute', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    const uncounted = countUncounted(world.server.house);
    const before = (await system()).length;
    for (let i = 0; i < 7; i++) uncounted.count('unauthenticated');
    uncounted.count('no-route');
    mock.timers.tick(59_999);
    assert.equal((await system()).length, before);
    mock.timers.tick(1);
    // Its append is under way; closing waits for none that has nothing to write.
    while ((await system()).length === before) await new Promise(setImmediate);
    mock.timers.tick(60_000);
    await uncounted.close();
    mock.timers.reset();
    const [entry, ...more] = (await system()).slice(before);
    assert.deepEqual(more, [], 'a minute without such calls makes no entry');
    const { kind, actor, side, outcome, reasons } = entry!;
    assert.deepEqual(
      { kind, actor, side, outcome, reasons },
      {
        kind: 'system',
        actor: 'sys:http',
        side: 'system',
        outcome: 'allowed',
        reasons: ['no-route-1', 'unauthenticated-7'],
      },
    );
  });
});
