/**
 * The keys of the people of one batch, as bytes and without a KeyObject for each: for loads, which open
 * hundreds of thousands of records and wipe these keys after every few thousand. Never to be kept.
 */
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { COMMITMENT_BYTES } from './commitment.ts';
import { compartmentKeyBytes } from './compartment-key.ts';
import { openEnvelope, sealedCatalogueVersion, sealedKeyVersion } from './envelope.ts';
import { unwrapMaterial } from './keyring.ts';
import { KEY_BYTES } from './random-key.ts';
import { recordEnvelopeOfBytes } from './record-envelope.ts';
import { SealError } from './seal-error.ts';
import { UUID_BYTES, uuidOfHex } from './uuid-bytes.ts';
import type { VersionedKey } from './versioned-key.ts';

interface RawKey {
  readonly key: Uint8Array;
  readonly commitment: Uint8Array;
}

interface OpenedPerson {
  readonly material: Buffer;
  /** By number of the compartment; null when its slot is empty. */
  readonly keys: (RawKey | null | undefined)[];
}

export class BatchKeys {
  readonly #clientKey: VersionedKey;
  readonly #client: string;
  readonly #compartments: readonly Compartment[];
  readonly #people: Buffer;
  readonly #personBytes: number;
  readonly #opened: (OpenedPerson | undefined)[] = [];
  readonly #blocks: Buffer[] = [];

  /** `people`: subject id(16) ‖ wrapped keyring for each, `personBytes` apart. */
  constructor(
    clientKey: VersionedKey,
    client: string,
    compartments: readonly Compartment[],
    people: Buffer,
    personBytes: number,
  ) {
    this.#clientKey = clientKey;
    this.#client = client;
    this.#compartments = compartments;
    this.#people = people;
    this.#personBytes = personBytes;
  }

  /**
   * The plaintext of a record of the person at `place`, whose id stands at `bytes[idAt..idAt+16]`; or
   * SealError. `compartment` is its number in the constructor's list.
   */
  openRecord(
    place: number,
    compartment: number,
    bytes: Buffer,
    idAt: number,
    revision: number,
    sealed: Buffer,
  ): Buffer {
    const key = this.#keyOf(place, compartment);
    if (key === null) throw new SealError('commitment');
    const catalogueVersion = sealedCatalogueVersion(sealed);
    const versions = { revision, catalogueVersion, keyVersion: sealedKeyVersion(sealed) };
    const subject = { bytes: this.#people, at: this.#personBytes * place };
    const record = { bytes, at: idAt };
    const envelope = recordEnvelopeOfBytes(key, this.#client, subject, record, versions);
    return openEnvelope(envelope, sealed);
  }

  /** Overwrites every key; nothing opens any more. */
  wipe(): void {
    for (const person of this.#opened) person?.material.fill(0);
    for (const block of this.#blocks) block.fill(0);
    this.#opened.length = 0;
    this.#blocks.length = 0;
  }

  #keyOf(place: number, compartment: number): RawKey | null {
    const { material, keys } = this.#opened[place] ?? this.#openPerson(place);
    let key = keys[compartment];
    if (key === undefined) {
      const block = compartmentKeyBytes(material, this.#compartments[compartment]!);
      if (block !== null) this.#blocks.push(block);
      key = block && {
        key: block.subarray(0, KEY_BYTES),
        commitment: block.subarray(KEY_BYTES, KEY_BYTES + COMMITMENT_BYTES),
      };
      keys[compartment] = key;
    }
    return key;
  }

  #openPerson(place: number): OpenedPerson {
    const at = this.#personBytes * place;
    const subject = uuidOfHex(this.#people.toString('hex', at, at + UUID_BYTES));
    const owner = { client: this.#client, subject };
    const wrapped = this.#people.subarray(at + UUID_BYTES, at + this.#personBytes);
    const material = unwrapMaterial(this.#clientKey, owner, wrapped);
    const person = { material, keys: [] };
    this.#opened[place] = person;
    return person;
  }
}
