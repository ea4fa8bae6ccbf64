// Whole bundles: those by the rules are verified, and each broken in one way is refused with the reason for that way.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Entry } from '../src/entry.ts';
import type { FactType } from '../src/fact.ts';
import { NOT_PINNED, printReport } from '../src/report.ts';
import type { Reason } from '../src/verification-error.ts';
import { verifyBundle } from '../src/verify.ts';
import {
  accessEntry,
  checkpointOf,
  FACTS,
  type Files,
  factEntry,
  filesOf,
  goodLedger,
  idOf,
  linesOf,
  logKey,
  openingEntries,
  scratch,
  timeOf,
  writeDirectory,
} from './build-bundle.ts';
import { refusalOf, withoutFact } from './refusal-of.ts';
import { zipOf } from './write-zip.ts';

const FIRST_READ = openingEntries().length;

function writeZipFile(t: TestContext, files: Files, isDeflated: boolean): string {
  const path = join(scratch(t), 'bundle.zip');
  writeFileSync(path, zipOf(files, isDeflated));
  return path;
}

test('a bundle by the rules is verified as a directory, a stored and a deflated zip', async (t) => {
  const files = filesOf(linesOf(goodLedger()));
  for (const path of [
    writeDirectory(t, files),
    writeZipFile(t, files, false),
    writeZipFile(t, files, true),
  ]) {
    const report = await verifyBundle(path);
    assert.deepEqual(report.failures, []);
    assert.equal(report.verified, true);
    assert.equal(report.counts.allowed, 5);
    assert.equal(report.counts.facts, FIRST_READ);
    assert.equal(report.counts.unsignedFacts, 4, 'of the types that people sign');
  }
});

test('without key or older checkpoint it says that the key is not pinned', async (t) => {
  const lines = linesOf(goodLedger());
  const path = writeDirectory(t, filesOf(lines));
  assert.match(printReport(await verifyBundle(path)), new RegExp(NOT_PINNED));
  for (const options of [{ key: logKey(1).vkey }, { since: checkpointOf(lines.slice(0, 12)) }]) {
    const report = await verifyBundle(path, options);
    assert.equal(report.verified, true);
    assert.equal(report.isKeyPinned, true);
    assert.doesNotMatch(printReport(report), new RegExp(NOT_PINNED));
  }
});

test('every size of ledger up to 40 verifies against every older checkpoint of it', async (t) => {
  const all = linesOf(goodLedger(30));
  const path = writeDirectory(t, filesOf(all));
  for (let size = 0; size <= all.length; size++) {
    const report = await verifyBundle(path, { since: checkpointOf(all.slice(0, size)) });
    assert.deepEqual(report.failures, [], `since ${size}`);
  }
  for (let size = FIRST_READ; size < all.length; size++) {
    const report = await verifyBundle(writeDirectory(t, filesOf(all.slice(0, size))));
    assert.deepEqual(report.failures, [], `size ${size}`);
  }
});

test('threads find what one thread finds', async (t) => {
  const good = goodLedger(5000);
  const bad = [...good, accessEntry(6000, { actor: idOf('usr', 2) })];
  for (const [entries, refusal] of [
    [good, null],
    [bad, ['actor-unknown', good.length]],
  ] as const) {
    const files = filesOf(linesOf(entries));
    for (const threads of [0, 1, 2]) {
      assert.deepEqual(await refusalOf(t, files, { threads }), refusal, `${threads} threads`);
    }
  }
});

test('entries changed after the checkpoint was signed are refused', async (t) => {
  const lines = linesOf(goodLedger());
  const checkpoint = checkpointOf(lines);
  const [a, b] = [FIRST_READ + 1, FIRST_READ + 2];
  const salted = linesOf([accessEntry(2, { salt: accessEntry(99).salt })])[0]!;
  const sameTime = linesOf([...goodLedger(3), accessEntry(3, { salt: accessEntry(98).salt })]);
  const swapped = sameTime.with(-1, sameTime.at(-2)!).with(-2, sameTime.at(-1)!);
  const cases: [
    what: string,
    changed: Buffer[],
    signed: string,
    refusal: [Reason, number | null],
  ][] = [
    ['one entry rewritten', lines.with(a, salted), checkpoint, ['root-differs', null]],
    ['two of one time swapped', swapped, checkpointOf(sameTime), ['root-differs', null]],
    ['two swapped', lines.with(a, lines[b]!).with(b, lines[a]!), checkpoint, ['time-went-back', b]],
    ['one removed', lines.toSpliced(a, 1), checkpoint, ['entry-missing', lines.length - 1]],
    ['the last removed', lines.slice(0, -1), checkpoint, ['entry-missing', lines.length - 1]],
    ['one inserted', lines.toSpliced(a, 0, lines[a]!), checkpoint, ['root-differs', lines.length]],
    [
      'one repeated instead of the next',
      lines.with(b, lines[a]!),
      checkpoint,
      ['root-differs', null],
    ],
    ['a fact removed', lines.toSpliced(5, 1), checkpoint, ['no-nda', FIRST_READ - 1]],
    ['everything removed', [], checkpoint, ['entry-missing', 0]],
  ];
  for (const [what, changed, signed, refusal] of cases) {
    assert.deepEqual(await refusalOf(t, filesOf(changed, { checkpoint: signed })), refusal, what);
  }
});

test('a flipped byte anywhere in the entries is refused, with the entry named where it is no longer well-formed', async (t) => {
  const files = filesOf(linesOf(goodLedger(2)));
  const entries = files['entries.jsonl']!;
  for (let at = 0; at < entries.length; at += 97) {
    const flipped = Buffer.from(entries);
    flipped[at]! ^= 1 << (at % 8);
    const refusal = await refusalOf(t, { ...files, 'entries.jsonl': flipped });
    assert.notEqual(refusal, null, `byte ${at}`);
  }
  const salt = entries.lastIndexOf('"salt":"') + 12;
  const flipped = Buffer.from(entries).fill(entries[salt] === 0x41 ? 'B' : 'A', salt, salt + 1);
  assert.deepEqual(await refusalOf(t, { ...files, 'entries.jsonl': flipped }), [
    'digest-differs',
    null,
  ]);
});

test('a line that is not canonical is refused by its index, even if the log signed it', async (t) => {
  const lines = linesOf(goodLedger());
  const at = FIRST_READ + 2;
  const text = lines[at]!.toString();
  const variants = {
    'a space': text.replace(':null', ': null'),
    'an unknown key': text.replace('"via":null', '"via":null,"x":1'),
    'a missing key': text.replace(',"via":null', ''),
    'a repeated key': text.replace('"via":null', '"via":null,"via":null'),
    'keys in another order': text.replace('"v":2,"via":null', '"via":null,"v":2'),
    'an escape': text.replace('"people', '"\\u0070eople'),
    'a carriage return': `${text}\r`,
    'a byte order mark': `\ufeff${text}`,
    'a number with a fraction': text.replace('"v":2,', '"v":2.0,'),
    'a day that does not exist': text.replace('2026-11-23', '2026-11-31'),
    'unsorted types': text.replace('"employment","job"', '"job","employment"'),
    'an empty line': '',
    'more than 65535 bytes': text.replace('[]', `["${'r'.repeat(70_000)}"]`),
  };
  for (const [what, variant] of Object.entries(variants)) {
    assert.notEqual(variant, text, what);
    const files = filesOf(lines.with(at, Buffer.from(variant)));
    assert.deepEqual(await refusalOf(t, files), ['not-canonical', at], what);
  }
});

test('a last line without its newline is refused', async (t) => {
  const lines = linesOf(goodLedger());
  const entries = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
  const files = filesOf(lines, { 'entries.jsonl': entries.subarray(0, -1) });
  assert.deepEqual(await refusalOf(t, files), ['not-canonical', lines.length - 1]);
});

test('time that goes back is refused by its index, within a block and across blocks', async (t) => {
  const early = [...goodLedger(2), accessEntry(1)];
  assert.deepEqual(await refusalOf(t, filesOf(linesOf(early))), [
    'time-went-back',
    early.length - 1,
  ]);
  const far = goodLedger(4000);
  for (const at of [2000, 3999]) {
    const entries = far.with(at, accessEntry(0));
    assert.deepEqual(await refusalOf(t, filesOf(linesOf(entries))), ['time-went-back', at]);
  }
});

test('each missing fact is named at the first read', async (t) => {
  const reasons: [FactType, Reason][] = [
    ['user.registered', 'actor-unknown'],
    ['client.status', 'client-not-active'],
    ['assignment.started', 'no-assignment'],
    ['nda.signed', 'no-nda'],
    ['agreement.accepted', 'no-agreement'],
    ['notice.accepted', 'no-notice'],
    ['instruction.given', 'no-instruction'],
  ];
  for (const [type, reason] of reasons) {
    const files = filesOf(linesOf(withoutFact(type)));
    assert.deepEqual(await refusalOf(t, files), [reason, FIRST_READ - 1], type);
  }
});

test('each ending fact stops the very next read', async (t) => {
  const endings: [FactType, Reason][] = [
    ['user.disabled', 'actor-unknown'],
    ['user.changed', 'side-mismatch'],
    ['assignment.ended', 'no-assignment'],
    ['nda.ended', 'no-nda'],
    ['agreement.ended', 'no-agreement'],
    ['notice.ended', 'no-notice'],
    ['instruction.ended', 'no-instruction'],
  ];
  for (const [type, reason] of endings) {
    const good = goodLedger(3);
    const entries = [...good, factEntry(3, FACTS[type]), accessEntry(3)];
    assert.deepEqual(
      await refusalOf(t, filesOf(linesOf(entries))),
      [reason, good.length + 1],
      type,
    );
  }
  const frozen = { ...FACTS['client.status'], status: 'frozen' } as const;
  const entries = [...goodLedger(3), factEntry(3, frozen), accessEntry(3)];
  const files = filesOf(linesOf(entries));
  assert.deepEqual(await refusalOf(t, files), ['client-not-active', entries.length - 1]);
});

test('a period ends at its end: the last millisecond is covered, the next is not', async (t) => {
  const opening = openingEntries().map((entry) =>
    entry.fact?.type === 'nda.signed' ? factEntry(0, { ...entry.fact, until: timeOf(3) }) : entry,
  );
  const entries = [...opening, accessEntry(1), accessEntry(2), accessEntry(3)];
  assert.deepEqual(await refusalOf(t, filesOf(linesOf(entries.slice(0, -1)))), null);
  assert.deepEqual(await refusalOf(t, filesOf(linesOf(entries))), ['no-nda', entries.length - 1]);
  const renewed = { ...FACTS['nda.signed'], id: idOf('nda', 2), from: timeOf(3) };
  const covered = [...opening, factEntry(0, renewed), ...entries.slice(FIRST_READ)];
  assert.equal(await refusalOf(t, filesOf(linesOf(covered))), null);
});

test('what the instruction does not name is refused', async (t) => {
  const reads: [Partial<Entry>, Reason][] = [
    [{ purpose: 'study' }, 'purpose-not-instructed'],
    [{ purpose: null }, 'purpose-not-instructed'],
    [{ types: ['medical', 'person'] }, 'type-not-instructed'],
    [{ instruction: idOf('ins', 2) }, 'no-instruction'],
    [{ instruction: null }, 'no-instruction'],
    [{ actor: idOf('usr', 2) }, 'actor-unknown'],
    [{ role: 'product' }, 'side-mismatch'],
    [{ side: 'client', role: 'hr' }, 'side-mismatch'],
    [{ side: 'system', role: 'administrator' }, 'system-actor-read-data'],
    [{ side: 'system', role: 'servicing', types: [], subjects: [] }, 'side-mismatch'],
    [{ side: 'system', actor: 'sys:backup', role: null }, 'system-actor-read-data'],
    [{ side: 'provider', actor: 'sys:backup', role: null }, 'system-actor-read-data'],
    [{ kind: 'system', actor: idOf('usr', 2) }, 'actor-unknown'],
  ];
  for (const [change, reason] of reads) {
    const entries = [...goodLedger(2), accessEntry(3, change), accessEntry(4)];
    const files = filesOf(linesOf(entries));
    assert.deepEqual(
      await refusalOf(t, files),
      [reason, entries.length - 2],
      JSON.stringify(change),
    );
    const refused = entries.with(-2, accessEntry(3, { ...change, outcome: 'refused' }));
    assert.equal(await refusalOf(t, filesOf(linesOf(refused))), null, 'refused ones need no cover');
  }
});

test('the operators of the system may act in a ledger as long as they touch no data', async (t) => {
  const quiet = {
    side: 'system',
    types: [],
    subjects: [],
    purpose: null,
    instruction: null,
  } as const;
  const entries = [
    ...goodLedger(2),
    accessEntry(3, { ...quiet, role: 'security', op: 'ledger.checkpoint' }),
    accessEntry(4, { ...quiet, role: null, actor: 'sys:clock', kind: 'system' }),
  ];
  assert.equal(await refusalOf(t, filesOf(linesOf(entries))), null);
  const write = { record: idOf('rec', 1), revision: 1, digest: `sha256:${'0'.repeat(64)}` };
  for (const touch of [
    { types: ['person'] },
    { subjects: [idOf('sub', 1)] },
    { changes: [write] },
  ]) {
    const touching = accessEntry(5, { ...quiet, role: 'security', ...touch });
    const refusal = await refusalOf(t, filesOf(linesOf([...entries, touching])));
    assert.deepEqual(refusal, ['system-actor-read-data', entries.length]);
  }
});

test('answers to unregistered users of the client are counted and named', async (t) => {
  const other = { side: 'client', role: 'hr', actor: idOf('usr', 5) } as const;
  const entries = [...goodLedger(1), accessEntry(2, other), accessEntry(3, other)];
  const report = await verifyBundle(writeDirectory(t, filesOf(linesOf(entries))));
  assert.equal(report.verified, true);
  assert.equal(report.counts.unregisteredClientEntries, 2);
  assert.match(printReport(report), /2 answers went to users of the client whom no fact registers/);
});
