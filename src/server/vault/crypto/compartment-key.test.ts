import assert from 'node:assert/strict';
import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyCommitment } from './commitment.ts';
import { compartmentKey, deriveCompartmentKey, expandBlock } from './compartment-key.ts';
import { newKeyring, slots } from './keyring.ts';

const vectors = new URL('../../../../../shared/vectors/wycheproof/', import.meta.url);

test('the derivation is HKDF-Expand with SHA-512: OpenSSL’s HKDF gives the same 64 bytes', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(bytes, bytes, fc.uint8Array({ maxLength: 60 }), (ikm, salt, info) => {
      // HKDF-Extract, so that the whole of RFC 5869 can be compared.
      const extracted = createHmac('sha512', salt).update(ikm).digest();
      const block = expandBlock(extracted, Buffer.from([...info, 1]));
      assert.deepEqual(block, Buffer.from(hkdfSync('sha512', ikm, salt, info, 64)));
    }),
  );
});

interface HkdfGroup {
  tests: {
    tcId: number;
    ikm: string;
    salt: string;
    info: string;
    size: number;
    okm: string;
    result: string;
  }[];
}

test('the platform’s HKDF, our yardstick, passes Wycheproof', (context) => {
  const file = new URL('hkdf_sha256_test.json', vectors);
  if (!existsSync(file)) return context.skip('../shared/vectors/wycheproof is not there');
  const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as { testGroups: HkdfGroup[] };
  for (const { tests } of testGroups) {
    for (const { tcId, ikm, salt, info, size, okm, result } of tests) {
      const derive = () =>
        Buffer.from(
          hkdfSync(
            'sha256',
            Buffer.from(ikm, 'hex'),
            Buffer.from(salt, 'hex'),
            Buffer.from(info, 'hex'),
            size,
          ),
        ).toString('hex');
      if (result === 'valid') assert.equal(derive(), okm, `test ${tcId}`);
      else assert.throws(derive, `test ${tcId}`);
    }
  }
});

interface HmacGroup {
  tagSize: number;
  tests: { tcId: number; key: string; msg: string; tag: string; result: string }[];
}

test('the platform’s HMAC over key objects, cut as tags are, passes Wycheproof', (context) => {
  const file = new URL('hmac_sha256_test.json', vectors);
  if (!existsSync(file)) return context.skip('../shared/vectors/wycheproof is not there');
  const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as { testGroups: HmacGroup[] };
  for (const { tagSize, tests } of testGroups) {
    for (const { tcId, key, msg, tag, result } of tests) {
      const mac = createHmac('sha256', createSecretKey(Buffer.from(key, 'hex')))
        .update(Buffer.from(msg, 'hex'))
        .digest()
        .toString('hex', 0, tagSize / 8);
      assert.equal(mac === tag, result === 'valid', `test ${tcId}`);
    }
  }
});

test('compartments with a slot have no key while it is empty, and another key than their sources', () => {
  const empty = newKeyring();
  for (const slot of slots) assert.equal(compartmentKey(empty, slot), null);
  const full = newKeyring(slots);
  const seen = new Set<string>();
  for (const compartment of ['personnel', 'contact', 'pay', 'conduct', ...slots] as const) {
    const { key, commitment } = compartmentKey(full, compartment)!;
    assert.equal(key.symmetricKeySize, 32);
    assert.equal(commitment.length, 16);
    seen.add(key.export().toString('hex')).add(commitment.toString('hex'));
    assert.ok(!full.material.export().includes(key.export()));
  }
  assert.equal(seen.size, 16);
});

test('a key derived for the client itself differs from the one that a person would have', () => {
  const input = createSecretKey(Buffer.alloc(32, 1));
  const pay = deriveCompartmentKey(input, 'pay');
  assert.ok(pay.key.equals(deriveCompartmentKey(Buffer.alloc(32, 1), 'pay').key));
  assert.ok(!pay.key.equals(deriveCompartmentKey(input, 'bank').key));
  assert.throws(() => deriveCompartmentKey(input, 'salary' as 'pay'), TypeError);
  assert.throws(() => compartmentKey(newKeyring(), 'salary' as 'pay'), TypeError);
  assert.throws(() => compartmentKey(newKeyring(), '__proto__' as 'pay'), TypeError);
});

test('a commitment names its key: same key, same bytes, from any key object', () => {
  const bytes = Buffer.alloc(32, 9);
  const commitment = keyCommitment(createSecretKey(bytes));
  assert.deepEqual(commitment, keyCommitment(createSecretKey(bytes)));
  assert.equal(commitment.length, 16);
  bytes[31]! ^= 1;
  assert.notDeepEqual(commitment, keyCommitment(createSecretKey(bytes)));
});
