import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { deriveCompartmentKey } from './compartment-key.ts';
import { newKey } from './random-key.ts';
import type { RecordMeta } from './record-envelope.ts';
import {
  openBlob,
  openRecord,
  sealBlob,
  sealedCatalogueVersion,
  sealedKeyVersion,
  sealRecord,
} from './seal.ts';
import { SealError } from './seal-error.ts';

const ids = Array.from({ length: 4 }, (_, i) => `0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a0${i}`);
const meta: RecordMeta = {
  client: ids[0]!,
  subject: ids[1]!,
  record: ids[2]!,
  revision: 3,
  catalogueVersion: 7,
  keyVersion: 2,
};
const key = deriveCompartmentKey(newKey(), 'pay');
const text = Buffer.from('{"t":"pay","e":{"base":{"amount":"1.00","currency":"USD"}}}');

const forms = [
  { siv: false, pad: false },
  { siv: false, pad: true },
  { siv: true, pad: false },
  { siv: true, pad: true },
];
const parts = ['worksmartly/test/1', ids[0]!, 5, Buffer.from([1, 2])];

function opensNot(open: () => Buffer, where: string): void {
  assert.throws(open, (error) => {
    assert.ok(error instanceof SealError, where);
    assert.match(error.message, /^sealed value does not open: [a-z-]+$/);
    assert.equal(error.cause, undefined);
    return true;
  });
}

test('a record opens to what was sealed, whatever its length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6000, size: 'max' }), (bytes) => {
      const plaintext = Buffer.from(bytes);
      const sealed = sealRecord(key, meta, plaintext);
      assert.deepEqual(openRecord(key, meta, sealed), plaintext);
    }),
    { numRuns: 60 },
  );
});

test("a sealed record's size shows only the bucket of its length", () => {
  const sizes = (from: number, to: number) =>
    new Set(
      Array.from({ length: to - from + 1 }, (_, i) => {
        return sealRecord(key, meta, Buffer.alloc(from + i)).length;
      }),
    );
  assert.deepEqual(sizes(0, 124), new Set([54 + 128]));
  assert.deepEqual(sizes(125, 252), new Set([54 + 256]));
  assert.deepEqual(sizes(253, 508), new Set([54 + 512]));
});

test('the same plaintext never gives the same bytes', () => {
  const sealed = new Set(
    Array.from({ length: 100 }, () => sealRecord(key, meta, text).toString('hex', 38)),
  );
  assert.equal(sealed.size, 100);
});

test('a record with any bit changed does not open', () => {
  const sealed = sealRecord(key, meta, text);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    opensNot(() => openRecord(key, meta, changed), `bit ${bit}`);
    const { catalogueVersion, ...unversioned } = meta;
    opensNot(() => openRecord(key, unversioned, changed), `bit ${bit}`);
  }
});

test('a record cut anywhere, or made longer, does not open', () => {
  const sealed = sealRecord(key, meta, text);
  for (let length = 0; length < sealed.length; length++) {
    opensNot(() => openRecord(key, meta, sealed.subarray(0, length)), `length ${length}`);
  }
  opensNot(() => openRecord(key, meta, Buffer.concat([sealed, Buffer.alloc(1)])), 'longer');
});

test('a record moved to another place does not open', () => {
  const sealed = sealRecord(key, meta, text);
  const moved: [Partial<RecordMeta>, string][] = [
    [{ client: ids[3]! }, 'authentication'],
    [{ subject: ids[3]! }, 'authentication'],
    [{ record: ids[3]! }, 'authentication'],
    [{ client: meta.subject, subject: meta.client }, 'authentication'],
    [{ revision: 2 }, 'authentication'],
    [{ revision: 4 }, 'authentication'],
    [{ catalogueVersion: 8 }, 'format'],
    [{ keyVersion: 1 }, 'key-version'],
  ];
  for (const [change, code] of moved) {
    assert.throws(() => openRecord(key, { ...meta, ...change }, sealed), { code });
  }
});

test('versions in the header are authenticated: relabelled, a record does not open', () => {
  const sealed = sealRecord(key, meta, text);
  assert.equal(sealedKeyVersion(sealed), 2);
  assert.equal(sealedCatalogueVersion(sealed), 7);
  const relabelled = Buffer.from(sealed);
  relabelled.writeUInt32BE(8, 6);
  const { catalogueVersion, ...unversioned } = meta;
  assert.throws(() => openRecord(key, unversioned, relabelled), { code: 'authentication' });
  const otherKey = Buffer.from(sealed);
  otherKey.writeUInt32BE(1, 2);
  assert.throws(() => openRecord(key, { ...meta, keyVersion: 1 }, otherKey), {
    code: 'authentication',
  });
});

test('another key is refused before anything is decrypted', () => {
  const other = deriveCompartmentKey(newKey(), 'pay');
  const sealed = sealRecord(key, meta, text);
  assert.throws(() => openRecord(other, meta, sealed), { code: 'commitment' });
  // A commitment pasted over does not help either.
  const pasted = Buffer.from(sealed);
  other.commitment.copy(pasted, 10);
  assert.throws(() => openRecord(other, meta, pasted), { code: 'authentication' });
  // The same person's other compartment is another key.
  const input = newKey();
  const pay = sealRecord(deriveCompartmentKey(input, 'pay'), meta, text);
  assert.throws(() => openRecord(deriveCompartmentKey(input, 'conduct'), meta, pay), {
    code: 'commitment',
  });
});

test('a malformed id or version seals nothing', () => {
  assert.throws(() => sealRecord(key, { ...meta, client: 'cli_x' }, text), TypeError);
  for (const revision of [-1, 1.5, 2 ** 32]) {
    assert.throws(() => sealRecord(key, { ...meta, revision }, text), RangeError);
  }
});

for (const form of forms) {
  const name = `${form.siv ? 'GCM-SIV' : 'GCM'}, ${form.pad ? 'padded' : 'as long as it is'}`;

  test(`a blob opens only unchanged, in its place and under its key: ${name}`, () => {
    const blobKey = newKey();
    for (const plaintext of [Buffer.alloc(0), text]) {
      const sealed = sealBlob(blobKey, 9, parts, plaintext, form);
      const open = (bytes: Buffer, aad = parts, by = form) => openBlob(blobKey, 9, aad, bytes, by);
      assert.deepEqual(open(sealed), plaintext);
      assert.equal(sealed.length, 50 + (form.pad ? 128 : plaintext.length));
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const changed = Buffer.from(sealed);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        opensNot(() => open(changed), `bit ${bit}`);
      }
      for (let length = 0; length < sealed.length; length++) {
        opensNot(() => open(sealed.subarray(0, length)), `length ${length}`);
      }
      opensNot(() => open(sealed, parts.slice(0, -1)), 'a part less');
      opensNot(() => open(sealed, ['worksmartly/test/2', ...parts.slice(1)]), 'another kind');
      for (const other of forms)
        if (other !== form) opensNot(() => open(sealed, parts, other), name);
      assert.throws(() => openBlob(blobKey, 8, parts, sealed, form), { code: 'key-version' });
      assert.throws(() => openBlob(newKey(), 9, parts, sealed, form), { code: 'commitment' });
    }
  });
}

test('a blob of several hundred KB opens', () => {
  const big = Buffer.alloc(700_001, 0x61);
  for (const form of forms) {
    assert.ok(
      openBlob(key.key, 1, parts, sealBlob(key.key, 1, parts, big, form), form).equals(big),
    );
  }
});

test('neither a key nor what holds one prints its bytes', () => {
  const secret = Buffer.alloc(32, 0x5a);
  const derived = deriveCompartmentKey(createSecretKey(secret), 'pay');
  assert.doesNotMatch(JSON.stringify(derived.key), /5a|Wlpa/);
});
