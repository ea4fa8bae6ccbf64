import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newKey } from './random-key.ts';
import { SealError } from './seal-error.ts';
import { unwrapKey, wrapKey, wrappedUnderVersion } from './wrap.ts';

const kek = newKey();
const key = newKey();
const parts = ['client-key', '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a01', 1];

test('a wrapped key comes back, and only under its wrapping key, version and place', () => {
  const wrapped = wrapKey(kek, 4, parts, key);
  assert.equal(wrapped.length, 82);
  assert.equal(wrappedUnderVersion(wrapped), 4);
  assert.ok(unwrapKey(kek, 4, parts, wrapped).equals(key));
  assert.throws(() => unwrapKey(newKey(), 4, parts, wrapped), { code: 'commitment' });
  assert.throws(() => unwrapKey(kek, 3, parts, wrapped), { code: 'key-version' });
  assert.throws(() => unwrapKey(kek, 4, ['tag-key', ...parts.slice(1)], wrapped), {
    code: 'authentication',
  });
  const relabelled = Buffer.from(wrapped);
  relabelled.writeUInt32BE(3, 2);
  assert.throws(() => unwrapKey(kek, 3, parts, relabelled), { code: 'authentication' });
});

test('a wrapped key with a bit changed, or cut, does not open', () => {
  const wrapped = wrapKey(kek, 4, parts, key);
  for (let bit = 0; bit < wrapped.length * 8; bit++) {
    const changed = Buffer.from(wrapped);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => unwrapKey(kek, 4, parts, changed), SealError, `bit ${bit}`);
  }
  for (let length = 0; length < wrapped.length; length++) {
    assert.throws(() => unwrapKey(kek, 4, parts, wrapped.subarray(0, length)), SealError);
  }
});

test('a key wrapped for one use does not open as a blob, nor a blob as a key', async () => {
  const { openBlob, sealBlob } = await import('./seal.ts');
  const form = { siv: true, pad: false };
  const wrapped = wrapKey(kek, 4, parts, key);
  assert.throws(() => openBlob(kek, 4, parts, wrapped, form), { code: 'authentication' });
  const blob = sealBlob(kek, 4, parts, key.export(), form);
  assert.throws(() => unwrapKey(kek, 4, parts, blob), { code: 'authentication' });
});
