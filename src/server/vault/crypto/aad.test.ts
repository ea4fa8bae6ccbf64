import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkUint32, encodeAad } from './aad.ts';

test('parts stand behind their length: known bytes', () => {
  assert.equal(
    encodeAad('ab', [258, 'é', Buffer.from([9])]).toString('hex'),
    '000000026162' + '000000080000000000000102' + '00000002c3a9' + '0000000109',
  );
  assert.equal(
    encodeAad('', [2 ** 40 + 1]).toString('hex'),
    '00000000' + '000000080000010000000001',
  );
});

test('two different lists of texts never give the same bytes', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 6 });
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const same = Buffer.from(encodeAad('x', a)).equals(encodeAad('x', b));
      assert.equal(same, JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('a border between parts cannot be shifted', () => {
  const whole = Buffer.from(encodeAad('x', ['ab', 'c']));
  assert.ok(!whole.equals(encodeAad('x', ['a', 'bc'])));
  assert.ok(!whole.equals(encodeAad('x', ['abc'])));
  assert.ok(!whole.equals(encodeAad('x', ['ab', 'c', ''])));
});

test('what has no single encoding is refused', () => {
  assert.throws(() => encodeAad('x', ['\ud800']), TypeError);
  for (const number of [-1, 1.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => encodeAad('x', [number]), RangeError);
  }
  assert.throws(() => encodeAad('x', ['y'.repeat(4096)]), RangeError);
  assert.throws(() => encodeAad('x', [Buffer.alloc(4096)]), RangeError);
  for (const number of [-1, 0.5, 2 ** 32, Number.NaN]) {
    assert.throws(() => checkUint32(number), RangeError);
  }
});
