/** Opens a batch of sealed rows. Pure, so that it runs in the read model's thread and in its helpers
 * alike; keys live no longer than one batch. */
import type { Compartment } from '../../catalogue/catalogue.ts';
import { CLIENT_KEY_VERSION } from '../vault/client-keys.ts';
import { type CompartmentKey, compartmentKey } from '../vault/crypto/compartment-key.ts';
import { unwrapKeyring, WRAPPED_KEYRING_BYTES } from '../vault/crypto/keyring.ts';
import { openRecord, sealedKeyVersion } from '../vault/crypto/seal.ts';
import type { ClientAccess } from './messages.ts';
import { uuidText } from './uuid-index.ts';

/** Rows as they came, and where their parts stand in `bytes`. */
export interface Batch {
  count: number;
  readonly bytes: Uint8Array;
  used: number;
  /** Per row FIELDS numbers: record id at, revision, ciphertext from, until,
   * the place of its person in `people`, compartment. */
  readonly rows: Int32Array;
  /** The number of the person, by row. */
  readonly numbers: Int32Array;
  /** Per person of the batch: subject id (16 bytes) and wrapped keyring. */
  readonly people: Uint8Array;
  peopleCount: number;
}

/** The plaintexts one after the other; `ends[row]` is where each ends. */
export interface Opened {
  readonly texts: Uint8Array;
  readonly ends: Int32Array;
  /** Rows that did not open; their text is empty. */
  readonly failed: readonly number[];
}

export const FIELDS = 6;
export const PERSON_BYTES = 16 + WRAPPED_KEYRING_BYTES;

/** `compartments` in the order of their numbers in the batch. */
export function openBatch(
  batch: Batch,
  access: ClientAccess,
  compartments: readonly Compartment[],
): Opened {
  const bytes = asBuffer(batch.bytes);
  const people = asBuffer(batch.people);
  const keysOf: ((CompartmentKey | null)[] | undefined)[] = new Array(batch.peopleCount);
  const subjects: string[] = new Array(batch.peopleCount);
  const texts = Buffer.allocUnsafeSlow(batch.used);
  const ends = new Int32Array(batch.count);
  const failed: number[] = [];
  let end = 0;
  for (let row = 0; row < batch.count; row++) {
    const at = FIELDS * row;
    const person = batch.rows[at + 4]!;
    try {
      let keys = keysOf[person];
      if (keys === undefined) {
        const from = PERSON_BYTES * person;
        const subject = uuidText(people, from);
        const wrapped = people.subarray(from + 16, from + PERSON_BYTES);
        const owner = { client: access.clientId, subject };
        const keyring = unwrapKeyring(access.keys.client, CLIENT_KEY_VERSION, owner, wrapped);
        keys = compartments.map((name) => compartmentKey(keyring, name));
        keysOf[person] = keys;
        subjects[person] = subject;
      }
      const key = keys[batch.rows[at + 5]!];
      if (!key) throw new Error('no key');
      const ct = bytes.subarray(batch.rows[at + 2], batch.rows[at + 3]);
      const meta = {
        client: access.clientId,
        subject: subjects[person]!,
        record: uuidText(bytes, batch.rows[at]!),
        revision: batch.rows[at + 1]!,
        keyVersion: sealedKeyVersion(ct),
      };
      const text = openRecord(key, meta, ct);
      text.copy(texts, end);
      end += text.length;
      text.fill(0);
    } catch {
      failed.push(row);
    }
    ends[row] = end;
  }
  return { texts, ends, failed };
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
