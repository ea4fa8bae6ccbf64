import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logKey } from '../test/build-bundle.ts';
import { noVectors, readVector } from '../test/shared-vectors.ts';
import { isEd25519Signature } from './ed25519.ts';
import {
  formatNote,
  formatVkey,
  noteText,
  parseNote,
  parseVkey,
  signNoteText,
  verifyNote,
} from './note.ts';
import { VerificationError } from './verification-error.ts';

const TEXT = 'first\n\nafter an empty line\n';
const key = logKey(1, 'example.com/log');
const vkey = parseVkey(key.vkey);
const line = signNoteText(TEXT, 'example.com/log', key.privateKey, key.publicKey);
const note = formatNote(TEXT, [line]);

test('the example key and note of the specification verify', () => {
  // C2SP signed-note, "Example" (also the test key of Go's sumdb/note).
  const example =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  const known = parseVkey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  assert.equal(verifyNote(example, [known]).text.split('\n').length, 3);
});

test('a vkey reads as it was written, and its key id is checked', () => {
  assert.equal(formatVkey(vkey.name, vkey.publicKey), key.vkey);
  const malformed = [
    '',
    'a',
    key.vkey.replace('+', ' +'),
    key.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
    key.vkey.replace('example', 'exbmple'),
    `${key.vkey}=`,
    key.vkey.slice(0, -1),
    `x+${'0'.repeat(8)}+${Buffer.alloc(33, 2).toString('base64')}`,
  ];
  for (const each of malformed) assert.throws(() => parseVkey(each), VerificationError, each);
  assert.throws(() => formatVkey('two words', vkey.publicKey), TypeError);
  assert.throws(() => formatVkey('plus+', vkey.publicKey), TypeError);
  assert.throws(() => formatVkey('name', Buffer.alloc(31)), TypeError);
});

test('the text ends at the last empty line', () => {
  assert.equal(noteText(note), TEXT);
  assert.equal(verifyNote(note, [vkey]).text, TEXT);
});

test('signatures by unknown keys are ignored, but one known key must sign', () => {
  const other = logKey(2, 'example.com/witness');
  const second = signNoteText(TEXT, 'example.com/witness', other.privateKey, other.publicKey);
  const both = formatNote(TEXT, [second, line]);
  assert.deepEqual(verifyNote(both, [vkey]).signedBy, [vkey]);
  assert.equal(verifyNote(both, [vkey, parseVkey(other.vkey)]).signedBy.length, 2);
  const many = formatNote(TEXT, [...Array.from({ length: 16 }, () => second), line]);
  assert.equal(verifyNote(many, [vkey]).text, TEXT);
  assert.throws(() => verifyNote(formatNote(TEXT, [second]), [vkey]), VerificationError);
  assert.throws(() => verifyNote(note, []), VerificationError);
});

test('a note with one failing signature by a known key is refused, even if another holds', () => {
  const forged = { ...line, signature: Buffer.alloc(64, 1) };
  assert.throws(() => verifyNote(formatNote(TEXT, [line, forged]), [vkey]), VerificationError);
});

test('any flipped bit of text or signature is refused', () => {
  const bytes = Buffer.from(note);
  for (let at = 0; at < bytes.length; at++) {
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 1;
    assert.throws(() => verifyNote(flipped.toString('utf8'), [vkey]), VerificationError, `${at}`);
  }
});

test('malformed notes are refused', () => {
  const malformed = [
    '',
    TEXT,
    note.slice(0, -1),
    `${note}x`,
    `${note}\n`,
    note.replace('\u2014', '-'),
    note.replace('\u2014 ', '\u2014  '),
    note.replace('first', 'fi\rst'),
    note.replace('first', 'fi\u0000st'),
    note.replace('=\n', '\n'),
    `${TEXT}\n`,
    formatNote(
      TEXT,
      Array.from({ length: 100 }, () => line),
    ),
  ];
  for (const each of malformed) assert.throws(() => parseNote(each), VerificationError);
  assert.throws(() => formatNote('no newline', [line]), TypeError);
});

interface Wycheproof {
  testGroups: {
    publicKey: { pk: string };
    tests: { tcId: number; msg: string; sig: string; result: string }[];
  }[];
}

test('the Wycheproof Ed25519 vectors have their results', { skip: noVectors }, () => {
  const { testGroups } = readVector<Wycheproof>('wycheproof/ed25519_test.json');
  for (const { publicKey, tests } of testGroups) {
    const raw = Buffer.from(publicKey.pk, 'hex');
    for (const { tcId, msg, sig, result } of tests) {
      const isGood = isEd25519Signature(raw, Buffer.from(msg, 'hex'), Buffer.from(sig, 'hex'));
      assert.equal(isGood, result === 'valid', `test ${tcId}`);
    }
  }
});
