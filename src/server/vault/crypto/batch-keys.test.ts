import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { BatchKeys } from './batch-keys.ts';
import { compartmentKey } from './compartment-key.ts';
import { newKeyring, WRAPPED_KEYRING_BYTES, wrapKeyring } from './keyring.ts';
import { newKey } from './random-key.ts';
import { sealRecord } from './seal.ts';
import { SealError } from './seal-error.ts';
import { UUID_BYTES, uuidBytes } from './uuid-bytes.ts';
import { firstVersion } from './versioned-key.ts';

const client = '01900000-0000-7000-8000-000000000c01';
const record = '01900000-0000-7000-8000-000000000d01';
const subjects = ['01900000-0000-7000-8000-000000000a01', '01900000-0000-7000-8000-000000000a02'];
const compartments: Compartment[] = ['personnel', 'demographic', 'medical'];
const personBytes = UUID_BYTES + WRAPPED_KEYRING_BYTES;
const id = uuidBytes(record);

function twoPeople() {
  const clientKey = firstVersion(newKey());
  const keyrings = subjects.map(() => newKeyring(['demographic']));
  const people = Buffer.concat(
    subjects.flatMap((subject, i) => [
      uuidBytes(subject),
      wrapKeyring(clientKey, { client, subject }, keyrings[i]!),
    ]),
  );
  const open = (bytes = people) =>
    new BatchKeys(clientKey, client, compartments, bytes, personBytes);
  const seal = (person: number, compartment: Compartment, text: string) => {
    const meta = { client, subject: subjects[person]!, record, revision: 3 };
    const key = compartmentKey(keyrings[person]!, compartment)!;
    return sealRecord(key, { ...meta, catalogueVersion: 1, keyVersion: 1 }, Buffer.from(text));
  };
  return { people, open, seal };
}

it('opens what was sealed for its person, compartment, record and revision', () => {
  const { open, seal } = twoPeople();
  const keys = open();
  for (const [number, compartment] of (['personnel', 'demographic'] as const).entries()) {
    for (const person of [0, 1, 0]) {
      const sealed = seal(person, compartment, `text ${person}`);
      const text = keys.openRecord(person, number, id, 0, 3, sealed);
      assert.equal(text.toString(), `text ${person}`);
    }
  }
});

it('refuses what stands in any other place, and a person without such a key', () => {
  const { open, seal, people } = twoPeople();
  const keys = open();
  const sealed = seal(0, 'personnel', 'text');
  const elsewhere = uuidBytes(record.replace('d01', 'd02'));
  assert.throws(() => keys.openRecord(1, 0, id, 0, 3, sealed), SealError);
  assert.throws(() => keys.openRecord(0, 1, id, 0, 3, sealed), SealError);
  assert.throws(() => keys.openRecord(0, 2, id, 0, 3, sealed), SealError);
  assert.throws(() => keys.openRecord(0, 0, elsewhere, 0, 3, sealed), SealError);
  assert.throws(() => keys.openRecord(0, 0, id, 0, 4, sealed), SealError);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    assert.throws(() => keys.openRecord(0, 0, id, 0, 3, changed), SealError);
  }
  const swapped = Buffer.concat([people.subarray(personBytes), people.subarray(0, personBytes)]);
  uuidBytes(subjects[0]!).copy(swapped, 0);
  assert.throws(() => open(swapped).openRecord(0, 0, id, 0, 3, sealed), SealError);
});

it('has no key left after it was wiped', () => {
  const { open, seal, people } = twoPeople();
  const keys = open();
  const sealed = seal(0, 'personnel', 'text');
  keys.openRecord(0, 0, id, 0, 3, sealed);
  keys.wipe();
  people.fill(0);
  assert.throws(() => keys.openRecord(0, 0, id, 0, 3, sealed), SealError);
});
