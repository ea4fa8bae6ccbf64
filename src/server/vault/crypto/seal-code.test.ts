// A seal code comes back as it was given out, however it is typed, and a mistyped one is no code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newKey } from './random-key.ts';
import { newSealCode, parseSealCode, sealKey } from './seal-code.ts';

test('a code is read back, in small letters, with spaces, or with letters that look like digits', () => {
  for (let i = 0; i < 200; i++) {
    const code = newSealCode();
    const bytes = parseSealCode(code)!;
    assert.equal(bytes.length, 32);
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    assert.deepEqual(parseSealCode(typed), bytes);
  }
});

test('one wrong letter, two exchanged, one too few or too many: no code', () => {
  const code = newSealCode();
  assert.equal(parseSealCode(code.slice(1)), null);
  assert.equal(parseSealCode(`${code}0`), null);
  assert.equal(parseSealCode(''), null);
  assert.equal(parseSealCode(code.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))), null);
  assert.equal(parseSealCode(code.replace(/^./, 'U')), null);
  fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => parseSealCode(text) === null));
});

test('another code, another key, another client or another seal: another key', () => {
  const own = newKey();
  const code = parseSealCode(newSealCode())!;
  const keys = [
    sealKey(code, own, 'a', 1),
    sealKey(parseSealCode(newSealCode())!, own, 'a', 1),
    sealKey(code, newKey(), 'a', 1),
    sealKey(code, own, 'b', 1),
    sealKey(code, own, 'a', 2),
  ];
  const seen = new Set(keys.map((key) => key.export().toString('hex')));
  assert.equal(seen.size, keys.length);
  assert.ok(sealKey(code, own, 'a', 1).equals(keys[0]!));
});
