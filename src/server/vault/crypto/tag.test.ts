import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { newUuid } from '../../uuid.ts';
import { newKey } from './random-key.ts';
import { Tagger, tagOf } from './tag.ts';
import { foldCase, uniqueHash } from './unique-hash.ts';
import { NIL_UUID, uuidBytes, uuidOfHex } from './uuid-bytes.ts';

const key = newKey();
const subject = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a01';

test('a tag is the first half of HMAC-SHA256 over subject and compartment, as a uuid', () => {
  const mac = createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(subject.replaceAll('-', ''), 'hex'), Buffer.from('pay')]))
    .digest('hex');
  assert.equal(tagOf(key, subject, 'pay').replaceAll('-', ''), mac.slice(0, 32));
  assert.match(tagOf(key, subject, 'pay'), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('tags differ by person, compartment and client', () => {
  const tags = new Set([
    tagOf(key, subject, 'pay'),
    tagOf(key, subject, 'personnel'),
    tagOf(key, subject.replace('a01', 'a02'), 'pay'),
    tagOf(newKey(), subject, 'pay'),
  ]);
  assert.equal(tags.size, 4);
  assert.throws(() => tagOf(key, `sub_${subject}`, 'pay'), TypeError);
});

test('a staff number written in another way is the same staff number', () => {
  const hash = (value: string) => uniqueHash(key, 'staff-number', value).toString('hex');
  assert.equal(hash(' Ab-17 '), hash('aB-17'));
  assert.equal(hash('E\u0301mile'), hash('\u00e9MILE'));
  assert.equal(hash('stra\u00dfe'), hash('STRASSE'));
  assert.equal(hash('\u039f\u0394\u039f\u03a3'), hash('\u03bf\u03b4\u03bf\u03c2'));
  assert.notEqual(hash('17'), hash('017'));
  assert.notEqual(hash('\u0131'), hash('i'));
  assert.equal(uniqueHash(key, 'staff-number', 'x').length, 32);
});

test('a hash differs by kind and key, and nothing is not hashed', () => {
  const hashes = new Set([
    uniqueHash(key, 'staff-number', 'x').toString('hex'),
    uniqueHash(key, 'sign-in', 'x').toString('hex'),
    uniqueHash(newKey(), 'staff-number', 'x').toString('hex'),
  ]);
  assert.equal(hashes.size, 3);
  assert.throws(() => uniqueHash(key, 'staff-number', '  '), RangeError);
});

test('folding is idempotent, and folds all that JavaScript knows as the same letter', () => {
  for (let code = 1; code < 0x2_0000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const letter = String.fromCodePoint(code);
    const folded = foldCase(letter);
    assert.equal(foldCase(folded), folded, code.toString(16));
    if (letter !== '\u0131' && letter !== '\u0130') {
      assert.equal(foldCase(letter.toUpperCase()), folded, code.toString(16));
      assert.equal(foldCase(letter.toLowerCase()), folded, code.toString(16));
    }
  }
});

test('a tagger makes the same tags', () => {
  const key = newKey();
  const tagger = new Tagger(key);
  const out = Buffer.alloc(16);
  for (const compartment of ['demographic', 'pay', 'personnel'] as const) {
    for (const subject of [NIL_UUID, newUuid(0), newUuid(0)]) {
      tagger.write(out, uuidBytes(subject), 0, compartment);
      assert.equal(uuidOfHex(out.toString('hex')), tagOf(key, subject, compartment));
    }
  }
});
