/** Formats at rest: a change here makes every stored database unreadable. */
import assert from 'node:assert/strict';
import { createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { keyCommitment } from './commitment.ts';
import { compartmentKey } from './compartment-key.ts';
import { sealEnvelope } from './envelope.ts';
import { type Keyring, unwrapKeyring } from './keyring.ts';
import type { NonceSource } from './nonce.ts';
import { recordEnvelope } from './record-envelope.ts';
import { blobEnvelope, openBlob, openRecord } from './seal.ts';
import { tagOf } from './tag.ts';
import { uniqueHash } from './unique-hash.ts';
import { uuidBytes } from './uuid-bytes.ts';
import { unwrapKey, wrapEnvelope } from './wrap.ts';

const golden = JSON.parse(
  readFileSync(new URL('golden/sealed-values.json', import.meta.url), 'utf8'),
) as Record<string, string | null>;

const client = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a01';
const subject = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a02';
const record = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a03';
const compartments = [
  'personnel',
  'contact',
  'pay',
  'identity',
  'demographic',
  'medical',
  'bank',
  'conduct',
] as const;

const key = createSecretKey(Buffer.alloc(32, 0x11));
const text = Buffer.from('{"t":"person","e":{}}');
const fixedNonce: NonceSource = (out, at) => {
  out.fill(0x22, at, at + 12);
};

// Subject key 32 × 0x01, identity 32 × 0x02, demographic none, medical 32 × 0x04, bank none.
const material = Buffer.concat([1, 2, 0, 4, 0].map((byte) => Buffer.alloc(32, byte)));
const keyring: Keyring = { material: createSecretKey(material) };
const meta = { client, subject, record, revision: 3, catalogueVersion: 7, keyVersion: 2 };

function now(): Record<string, string | null> {
  const pay = compartmentKey(keyring, 'pay')!;
  const values: Record<string, string | null> = {
    commitment: keyCommitment(key).toString('hex'),
    record: sealEnvelope(recordEnvelope(pay, meta, 7), text, fixedNonce).toString('hex'),
    tag: tagOf(key, subject, 'pay'),
    uniqueHash: uniqueHash(key, 'staff-number', ' Ab-17 ').toString('hex'),
    wrappedKey: sealEnvelope(
      wrapEnvelope(key, 5, ['client-key', client]),
      Buffer.alloc(32, 0x33),
      fixedNonce,
    ).toString('hex'),
    keyring: sealEnvelope(
      wrapEnvelope(key, 5, [
        'worksmartly/keyring/1',
        Buffer.concat([uuidBytes(client), uuidBytes(subject)]),
      ]),
      material,
      fixedNonce,
    ).toString('hex'),
  };
  for (const siv of [false, true]) {
    for (const pad of [false, true]) {
      const envelope = blobEnvelope(key, 6, ['entry', 9], { siv, pad });
      values[`blob siv=${siv} pad=${pad}`] = sealEnvelope(envelope, text, fixedNonce).toString(
        'hex',
      );
    }
  }
  for (const compartment of compartments) {
    const derived = compartmentKey(keyring, compartment);
    values[`compartment ${compartment}`] =
      derived && derived.key.export().toString('hex') + derived.commitment.toString('hex');
  }
  return values;
}

function bytes(name: string): Buffer {
  return Buffer.from(golden[name] ?? assert.fail(name), 'hex');
}

test('everything sealed or derived has the bytes it has always had', () => {
  assert.deepEqual(now(), golden);
});

test('values sealed by earlier versions open', () => {
  assert.deepEqual(openRecord(compartmentKey(keyring, 'pay')!, meta, bytes('record')), text);
  assert.ok(
    unwrapKey(key, 5, ['client-key', client], bytes('wrappedKey')).equals(
      createSecretKey(Buffer.alloc(32, 0x33)),
    ),
  );
  const fifth = { version: 5, versions: new Map([[5, key]]) };
  const opened = unwrapKeyring(fifth, { client, subject }, bytes('keyring'));
  assert.ok(opened.material.equals(keyring.material));
  for (const siv of [false, true]) {
    for (const pad of [false, true]) {
      const sealed = bytes(`blob siv=${siv} pad=${pad}`);
      assert.deepEqual(openBlob(key, 6, ['entry', 9], sealed, { siv, pad }), text);
    }
  }
});

test('a record opens with nothing but the description of its format', () => {
  const sealed = bytes('record');
  const block = createHmac('sha512', Buffer.alloc(32, 1))
    .update('worksmartly/compartment/1pay\x01')
    .digest();
  const prefixed = (hex: string) =>
    `${(hex.length / 2).toString(16).padStart(8, '0')}${hex.replaceAll('-', '')}`;
  const uuid = (id: string) => prefixed(id.replaceAll('-', ''));
  const aad =
    prefixed(Buffer.from('worksmartly/record/1').toString('hex')) +
    [client, subject, record].map(uuid).join('') +
    [3, 7, 2].map((n) => prefixed(n.toString(16).padStart(8, '0'))).join('');
  assert.equal(sealed.toString('hex', 0, 10), '0101' + '00000002' + '00000007');
  assert.deepEqual(sealed.subarray(10, 26), block.subarray(32, 48));
  const decipher = createDecipheriv('aes-256-gcm', block.subarray(0, 32), sealed.subarray(26, 38), {
    authTagLength: 16,
  });
  decipher.setAAD(Buffer.from(aad, 'hex')).setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(38, -16)), decipher.final()]);
  assert.equal(padded.length, 128);
  assert.equal(padded.readUInt32BE(0), text.length);
  assert.deepEqual(padded.subarray(4, 4 + text.length), text);
});
