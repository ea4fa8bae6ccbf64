import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uuidBytes, uuidOfHex } from './uuid-bytes.ts';

const id = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';

test('the bytes of a uuid are its hexadecimal digits, and back', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const hex = uuidBytes(uuid).toString('hex');
      assert.equal(hex, uuid.replaceAll('-', ''));
      assert.equal(uuidOfHex(hex), uuid);
    }),
  );
});

test('any other form is refused, without repeating it', () => {
  const bad = [
    '',
    id.slice(1),
    `${id}0`,
    id.toUpperCase(),
    id.replaceAll('-', ''),
    `{${id.slice(2)}}`,
    `sub_${id}`,
    id.replace('-', '0'),
    ...Array.from(id, (_, at) => `${id.slice(0, at)}g${id.slice(at + 1)}`),
    ...Array.from(id, (_, at) => `${id.slice(0, at)}\u0130${id.slice(at + 1)}`),
  ];
  for (const text of bad) {
    assert.throws(
      () => uuidBytes(text),
      { name: 'TypeError', message: 'not a canonical uuid' },
      text,
    );
  }
});
