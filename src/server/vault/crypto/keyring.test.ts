import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compartmentKey } from './compartment-key.ts';
import {
  addSlot,
  destroySlot,
  hasSlot,
  newKeyring,
  slots,
  unwrapKeyring,
  WRAPPED_KEYRING_BYTES,
  wrapKeyring,
} from './keyring.ts';
import { newKey } from './random-key.ts';
import { openRecord, sealRecord } from './seal.ts';
import { SealError } from './seal-error.ts';
import { firstVersion } from './versioned-key.ts';

const clientKey = firstVersion(newKey());
const owner = {
  client: '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a01',
  subject: '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a02',
};
const other = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a03';

test('a wrapped keyring has one size, whatever it holds, and comes back as it was', () => {
  fc.assert(
    fc.property(fc.subarray([...slots]), (filled) => {
      const keyring = newKeyring(filled);
      const wrapped = wrapKeyring(clientKey, owner, keyring);
      assert.equal(wrapped.length, WRAPPED_KEYRING_BYTES);
      const opened = unwrapKeyring(clientKey, owner, wrapped);
      assert.ok(opened.material.equals(keyring.material));
      for (const slot of slots) assert.equal(hasSlot(opened, slot), filled.includes(slot));
    }),
  );
});

test("another person's or client's keyring does not open, nor one under another key", () => {
  const wrapped = wrapKeyring(clientKey, owner, newKeyring());
  const open = (change: Partial<typeof owner>) =>
    unwrapKeyring(clientKey, { ...owner, ...change }, wrapped);
  assert.throws(() => open({ client: other }), { code: 'authentication' });
  assert.throws(() => open({ subject: other }), { code: 'authentication' });
  assert.throws(() => open({ client: owner.subject, subject: owner.client }), {
    code: 'authentication',
  });
  assert.throws(() => unwrapKeyring({ ...clientKey, versions: new Map() }, owner, wrapped), {
    code: 'key-version',
  });
  assert.throws(() => unwrapKeyring(firstVersion(newKey()), owner, wrapped), {
    code: 'commitment',
  });
});

test('a wrapped keyring with a bit changed, or cut, or longer, does not open', () => {
  const wrapped = wrapKeyring(clientKey, owner, newKeyring(['bank']));
  const refused = (bytes: Buffer) =>
    assert.throws(() => unwrapKeyring(clientKey, owner, bytes), SealError);
  for (let bit = 0; bit < wrapped.length * 8; bit++) {
    const changed = Buffer.from(wrapped);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    refused(changed);
  }
  for (let length = 0; length < wrapped.length; length++) refused(wrapped.subarray(0, length));
  refused(Buffer.concat([wrapped, Buffer.alloc(1)]));
});

test('a slot is added once, and adding leaves every other key as it was', () => {
  const before = newKeyring(['identity']);
  const after = addSlot(before, 'medical');
  assert.ok(hasSlot(after, 'medical') && !hasSlot(before, 'medical'));
  assert.equal(addSlot(after, 'medical'), after);
  for (const compartment of ['personnel', 'pay', 'identity'] as const) {
    const keys = [before, after].map((keyring) => compartmentKey(keyring, compartment)!.key);
    assert.ok(keys[0]!.equals(keys[1]!));
  }
});

test('what a destroyed slot sealed does not open again, not even with a new key in the slot', () => {
  const meta = { ...owner, record: other, revision: 1, catalogueVersion: 1, keyVersion: 1 };
  const before = newKeyring(['medical', 'bank']);
  const medical = sealRecord(compartmentKey(before, 'medical')!, meta, Buffer.from('{}'));
  const bank = sealRecord(compartmentKey(before, 'bank')!, meta, Buffer.from('{}'));
  const wrapped = wrapKeyring(clientKey, owner, destroySlot(before, 'medical'));
  const after = unwrapKeyring(clientKey, owner, wrapped);
  assert.equal(compartmentKey(after, 'medical'), null);
  assert.equal(hasSlot(after, 'medical'), false);
  assert.equal(openRecord(compartmentKey(after, 'bank')!, meta, bank).toString(), '{}');
  const refilled = compartmentKey(addSlot(after, 'medical'), 'medical')!;
  assert.throws(() => openRecord(refilled, meta, medical), { code: 'commitment' });
});

test('no two people, and no two keys of one person, are the same', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const keyring = newKeyring(slots);
    for (const compartment of [
      'personnel',
      'identity',
      'demographic',
      'medical',
      'bank',
    ] as const) {
      seen.add(compartmentKey(keyring, compartment)!.key.export().toString('hex'));
    }
  }
  assert.equal(seen.size, 250);
});
