// What a bundle rests on beside its entries: keys, checkpoints, catalogues, policies and the manifest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reason } from '../src/verification-error.ts';
import {
  checkpointOf,
  FACTS,
  type Files,
  factEntry,
  filesOf,
  goodLedger,
  idOf,
  linesOf,
  logKey,
  ORIGIN,
} from './build-bundle.ts';
import { refusalOf, withoutFact } from './refusal-of.ts';

test('catalogues and policies that are not those recorded are refused', async (t) => {
  const lines = linesOf(goodLedger());
  const changed: [Record<string, string>, Reason][] = [
    [{ 'catalogue.json': '[]' }, 'catalogue-digest'],
    [{ 'catalogue.json': '[{"version":1,"catalogue":{}}]' }, 'catalogue-digest'],
    [{ 'catalogue.json': '{' }, 'catalogue-digest'],
    [{ 'policies/a.cedar': 'permit;' }, 'policies-digest'],
    [{ 'policies/b.cedar': 'permit;' }, 'policies-digest'],
  ];
  for (const [change, reason] of changed) {
    assert.deepEqual(await refusalOf(t, filesOf(lines, change)), [reason, null]);
  }
  const adopted = withoutFact('catalogue.adopted');
  assert.deepEqual(await refusalOf(t, filesOf(linesOf(adopted))), ['catalogue-digest', null]);
  const loaded = withoutFact('policies.loaded');
  assert.deepEqual(await refusalOf(t, filesOf(linesOf(loaded))), ['policies-digest', null]);
});

test('a checkpoint, key or older checkpoint that does not fit is refused', async (t) => {
  const lines = linesOf(goodLedger());
  const other = logKey(2);
  const keys = (log: string, previous: unknown[] = []) => JSON.stringify({ log, previous });
  const cases: [Record<string, string>, object, Reason][] = [
    [{ checkpoint: checkpointOf(lines, other) }, {}, 'signature-invalid'],
    [
      { checkpoint: checkpointOf(lines).replace('worksmartly', 'worksmartIy') },
      {},
      'signature-invalid',
    ],
    [{ 'keys.json': keys(other.vkey) }, {}, 'signature-invalid'],
    [{ 'keys.json': keys('x') }, {}, 'signature-invalid'],
    [{ 'keys.json': keys(logKey(1, 'worksmartly/provider').vkey) }, {}, 'signature-invalid'],
    [{}, { key: other.vkey }, 'signature-invalid'],
    [{}, { since: checkpointOf(lines.slice(0, 3), other) }, 'signature-invalid'],
    [{}, { since: checkpointOf(linesOf(goodLedger(9))) }, 'entry-missing'],
    [{}, { since: checkpointOf(lines.slice(0, 12).reverse()) }, 'root-differs'],
    [{}, { since: checkpointOf(lines.toReversed()) }, 'root-differs'],
  ];
  for (const [changed, options, reason] of cases) {
    const refusal = await refusalOf(t, filesOf(lines, changed), options);
    assert.equal(refusal?.[0], reason, JSON.stringify([changed, Object.keys(options)]));
  }
});

test('a forged bundle under its own key is refused by the pinned key alone', async (t) => {
  const forger = logKey(2);
  const entries = goodLedger().with(0, factEntry(0, { ...FACTS['log.key'], vkey: forger.vkey }));
  const lines = linesOf(entries);
  const files = filesOf(lines, {
    checkpoint: checkpointOf(lines, forger),
    'keys.json': JSON.stringify({ log: forger.vkey, previous: [] }),
  });
  assert.equal(await refusalOf(t, files), null);
  assert.deepEqual(await refusalOf(t, files, { key: logKey(1).vkey }), ['signature-invalid', null]);
});

test('after a change of the log key, the old key still vouches for an older checkpoint', async (t) => {
  const [old, current] = [logKey(1), logKey(2)];
  const before = goodLedger();
  const lines = linesOf([...before, factEntry(9, { ...FACTS['log.key'], vkey: current.vkey })]);
  const previous = [{ vkey: old.vkey, untilSize: before.length }];
  const files = filesOf(lines, {
    checkpoint: checkpointOf(lines, current),
    'keys.json': JSON.stringify({ log: current.vkey, previous }),
  });
  const since = checkpointOf(lines.slice(0, 12), old);
  assert.equal(await refusalOf(t, files), null);
  assert.equal(await refusalOf(t, files, { since, key: old.vkey }), null);
  assert.equal(await refusalOf(t, files, { since, key: current.vkey }), null);
  assert.deepEqual(await refusalOf(t, files, { key: old.vkey }), ['signature-invalid', null]);
  const late = checkpointOf(lines, old);
  assert.deepEqual(await refusalOf(t, files, { since: late }), ['signature-invalid', null]);
  const unlisted = filesOf(lines);
  assert.deepEqual(await refusalOf(t, unlisted), ['signature-invalid', null]);
});

test('a manifest that does not fit its files is refused', async (t) => {
  const lines = linesOf(goodLedger());
  const files = filesOf(lines);
  const manifest = JSON.parse(files['manifest.json']!.toString());
  const withManifest = (change: object): Files => ({
    ...files,
    'manifest.json': Buffer.from(JSON.stringify({ ...manifest, ...change })),
  });
  const cases: [Files, Reason][] = [
    [withManifest({ size: lines.length - 1 }), 'root-differs'],
    [withManifest({ size: lines.length + 1 }), 'root-differs'],
    [withManifest({ client: idOf('cli', 2) }), 'signature-invalid'],
    [withManifest({ format: 'worksmartly-evidence/2' }), 'not-canonical'],
    [withManifest({ extra: 1 }), 'not-canonical'],
    [withManifest({ files: {} }), 'not-canonical'],
    [withManifest({ files: { ...manifest.files, 'policies/z': '0'.repeat(64) } }), 'entry-missing'],
    [withManifest({ files: { ...manifest.files, checkpoint: '0'.repeat(64) } }), 'digest-differs'],
    [{ ...files, 'policies/new.cedar': Buffer.from('x') }, 'not-canonical'],
    [{ ...files, 'notes.txt': Buffer.from('x') }, 'not-canonical'],
    [{ ...files, 'policies/deep/x': Buffer.from('x') }, 'not-canonical'],
  ];
  for (const [changed, reason] of cases) {
    assert.equal((await refusalOf(t, changed))?.[0], reason);
  }
  for (const name of [
    'manifest.json',
    'checkpoint',
    'keys.json',
    'entries.jsonl',
    'catalogue.json',
  ]) {
    const { [name]: _, ...rest } = files;
    assert.deepEqual(await refusalOf(t, rest), ['entry-missing', null], name);
  }
});

test('a ledger of another client is refused', async (t) => {
  const lines = linesOf(goodLedger());
  const origin = ORIGIN.replace(/.$/, 'z');
  const changed = { checkpoint: checkpointOf(lines, logKey(1, origin), origin) };
  assert.deepEqual(await refusalOf(t, filesOf(lines, changed)), ['signature-invalid', null]);
});
