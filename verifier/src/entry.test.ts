import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyEntry } from '../test/arbitrary-entry.ts';
import { accessEntry, factEntry, idOf } from '../test/sample.ts';
import { FACTS } from '../test/sample-facts.ts';
import { type Entry, encodeEntry, parseEntry } from './entry.ts';
import { jcs } from './jcs.ts';
import { digestOfChanges, digestOfIds } from './list-digest.ts';

test('an entry has exactly these bytes', () => {
  const golden =
    '{"actor":"usr_01900596-6816-7413-83b5-304f19cb5455","at":"2026-11-23T09:00:00.001Z","changes":null,' +
    '"context":{"authentication":"token","passkey":null,"place":{"id":null,"kind":"unchecked"},"session":"ses_0190ce7c-403a-7253-8f45-2b4fc4cf5fbf"},' +
    '"fact":null,"instruction":"ins_01904218-8945-7304-80ff-edeb6ebf7d6a","kind":"access","op":"people.read","outcome":"allowed",' +
    '"purpose":"hr-administration","reasons":[],"role":"servicing","rows":null,"salt":"MmG0qPvlS0fAEJscxxqctQ==","side":"provider",' +
    '"source":null,"subjects":["sub_0190e792-dd72-7d65-862f-135c332a78bb"],"types":["employment","job","person"],"v":2,"via":null}';
  assert.equal(encodeEntry(accessEntry(1)).toString(), golden);
});

test('an entry of version 1 has the keys of version 1, and its facts the fields of that time', () => {
  const { rows: _, context, ...rest } = accessEntry(1);
  const { passkey: __, ...before } = context;
  const first = { ...rest, v: 1, context: before } as Entry;
  const bytes = encodeEntry(first);
  assert.match(bytes.toString(), /"context":\{"authentication":"token","place".*"v":1,/);
  assert.deepEqual(parseEntry(bytes), first);
  assert.throws(() => encodeEntry({ ...first, rows: null }), TypeError);
  const recording = { ...first, kind: 'fact', side: 'system', role: null } as const;
  assert.throws(() => encodeEntry({ ...recording, fact: FACTS['office.opened'] }), TypeError);
  assert.throws(() => encodeEntry({ ...recording, fact: FACTS['assignment.started'] }), TypeError);
  const { reason: ___, budget, extends: ____, ...old } = FACTS['assignment.started'];
  assert.ok(encodeEntry({ ...recording, fact: old }).length > 0);
});

test('the fast writer writes what JCS writes, and reading gives the entry back', () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      const bytes = encodeEntry(entry);
      assert.equal(
        bytes.toString(),
        jcs(JSON.parse(JSON.stringify(entry)), { integersOnly: true }),
      );
      assert.equal(jcs(parseEntry(bytes)), bytes.toString());
    }),
    { numRuns: 500 },
  );
});

test('every fact of FORMATS §1 can be recorded', () => {
  for (const fact of Object.values(FACTS)) {
    const entry = factEntry(1, fact);
    assert.deepEqual(parseEntry(encodeEntry(entry)), entry);
  }
});

test('a fact with a missing, unknown or malformed field is refused', () => {
  for (const fact of Object.values(FACTS)) {
    for (const key of Object.keys(fact)) {
      const { [key as 'type']: _, ...rest } = fact;
      const without = factEntry(1, rest as never);
      assert.throws(() => encodeEntry(without), TypeError, `${fact.type} without ${key}`);
      const wrong = factEntry(1, { ...fact, [key]: ['two words'] } as never);
      assert.throws(() => encodeEntry(wrong), TypeError, `${fact.type} with another ${key}`);
    }
    assert.throws(() => encodeEntry(factEntry(1, { ...fact, extra: 1 } as never)), TypeError);
  }
});

test('an entry with a missing, unknown or malformed key is refused, and the fault does not repeat the value', () => {
  const good = accessEntry(1);
  const secret = 'Jane Roe\n';
  for (const key of Object.keys(good)) {
    const { [key as 'v']: _, ...rest } = good;
    assert.throws(() => encodeEntry(rest as never), { message: new RegExp(`^entry\\.${key}`) });
    assert.throws(
      () => encodeEntry({ ...good, [key]: secret } as never),
      (error: Error) => {
        assert.ok(!error.message.includes('Jane'), key);
        return error.message.startsWith(`entry.${key}`);
      },
    );
  }
  assert.throws(() => encodeEntry({ ...good, name: secret } as never), /unknown key/);
});

test('forms that are not the one form are refused', () => {
  const [a, b] = [idOf('sub', 1), idOf('sub', 2)].sort() as [string, string];
  const digest = `sha256:${'0'.repeat(64)}`;
  const change = { record: idOf('rec', 1), revision: 1, digest };
  const many = Array.from({ length: 101 }, (_, i) => idOf('sub', i)).sort();
  const wrong: Record<string, unknown>[] = [
    { at: '2026-11-23T09:00:00Z' },
    { at: '2026-11-23T09:00:00.000+00:00' },
    { at: '2026-02-29T09:00:00.000Z' },
    { at: '2026-11-23T24:00:00.000Z' },
    { at: '2026-00-10T09:00:00.000Z' },
    { at: '2026-01-00T09:00:00.000Z' },
    { actor: idOf('sub', 1) },
    { actor: idOf('usr', 1).toUpperCase() },
    { actor: 'sys:Jane Roe' },
    { role: 'owner' },
    { side: 'vendor' },
    { via: idOf('run', 1) },
    { op: 'people read' },
    { purpose: 'because I can' },
    { types: ['job', 'employment'] },
    { types: ['job', 'job'] },
    { types: 'job' },
    { subjects: [b, a] },
    { subjects: [a, a] },
    { subjects: many },
    { subjects: { count: 100, digest } },
    { subjects: { count: 101.5, digest } },
    { subjects: { count: 101, digest, more: 1 } },
    { subjects: null },
    { changes: [{ ...change, revision: -1 }] },
    { changes: [{ ...change, revision: 1.5 }] },
    { changes: [{ ...change, name: 'x' }] },
    { changes: Array.from({ length: 101 }, () => change) },
    { reasons: ['\ud800'] },
    { reasons: ['a sentence'] },
    { salt: 'MmG0qPvlS0fAEJscxxqctR==' },
    { salt: 'MmG0qPvlS0fAEJscxxqctQ' },
    { source: { index: -1 } },
    { source: { index: 1.5 } },
    { context: { authentication: 'token', session: null } },
    { fact: FACTS['client.status'] },
    { kind: 'fact' },
    { kind: 'fact', fact: FACTS['client.status'], outcome: 'failed' },
    { v: 1 },
    { v: 3 },
    { rows: -1 },
  ];
  for (const change of wrong) {
    const entry = accessEntry(1, change as Partial<Entry>);
    assert.throws(() => encodeEntry(entry), TypeError, JSON.stringify(change));
  }
});

test('an entry longer than 65,535 bytes is refused', () => {
  const types = Array.from({ length: 2000 }, (_, i) => `t${`${i}`.padStart(40, '0')}`);
  assert.throws(() => encodeEntry(accessEntry(1, { types })), /65535/);
});

test('long lists are stood for by the digest of their sorted JCS text', () => {
  const ids = Array.from({ length: 101 }, (_, i) => idOf('sub', i)).sort();
  const expected = `sha256:${hash('sha256', JSON.stringify(ids), 'hex')}`;
  assert.deepEqual(digestOfIds(ids), { count: 101, digest: expected });
  assert.throws(() => digestOfIds(ids.toReversed()), RangeError);
  assert.throws(() => digestOfIds([ids[0]!, ids[0]!]), RangeError);
  encodeEntry(accessEntry(1, { subjects: digestOfIds(ids) }));

  const digest = `sha256:${'0'.repeat(64)}`;
  const changes = [10, 9, 1].map((revision) => ({ record: idOf('rec', 1), revision, digest }));
  const other = { record: idOf('rec', 2), revision: 5, digest };
  const inOrder = digestOfChanges([...changes, other]);
  assert.deepEqual(digestOfChanges([other, ...changes.toReversed()]), inOrder);
  assert.equal(inOrder.count, 4);
});
