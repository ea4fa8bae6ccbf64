/**
 * The keys of one person after the other, as bytes and without a KeyObject for each: for imports, which
 * make or open hundreds of thousands of people. Nothing of the person before is left at the next one.
 */
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { COMMITMENT_BYTES } from './commitment.ts';
import { compartmentKeyBytes } from './compartment-key.ts';
import { openEnvelope, sealEnvelope, sealedCatalogueVersion } from './envelope.ts';
import {
  fillMaterial,
  fillSlot,
  MATERIAL_BYTES,
  type Slot,
  unwrapMaterial,
  wrapMaterial,
} from './keyring.ts';
import { takeNonce } from './nonce.ts';
import { KEY_BYTES } from './random-key.ts';
import { type RecordMeta, recordEnvelopeOfBytes } from './record-envelope.ts';
import { SealError } from './seal-error.ts';
import { UUID_BYTES, uuidOfHex } from './uuid-bytes.ts';
import type { VersionedKey } from './versioned-key.ts';

type Versions = Pick<RecordMeta, 'revision' | 'catalogueVersion' | 'keyVersion'>;

export class PersonSealer {
  readonly #clientKey: VersionedKey;
  readonly #client: string;
  readonly #material = Buffer.alloc(MATERIAL_BYTES);
  readonly #subject = { bytes: Buffer.alloc(UUID_BYTES), at: 0 };
  /** Key ‖ commitment by compartment. */
  readonly #keys = new Map<Compartment, Buffer>();

  constructor(clientKey: VersionedKey, client: string) {
    this.#clientKey = clientKey;
    this.#client = client;
  }

  /** A new person, whose id stands at `subject[at..at+16]`, with keys in the slots named. */
  make(subject: Buffer, at: number, filled: readonly Slot[]): void {
    this.#turnTo(subject, at);
    fillMaterial(this.#material, filled);
  }

  /** Somebody whose wrapped keyring is stored. Throws SealError. */
  open(subject: Buffer, at: number, wrapped: Buffer): void {
    this.#turnTo(subject, at);
    const owner = this.#owner();
    const material = unwrapMaterial(this.#clientKey, owner, wrapped);
    material.copy(this.#material);
    material.fill(0);
  }

  /** Makes a key for the compartment's slot; false when there is one. */
  fill(slot: Slot): boolean {
    return fillSlot(this.#material, slot);
  }

  /** The person's keyring to be stored. */
  wrap(): Buffer {
    return wrapMaterial(this.#clientKey, this.#owner(), this.#material);
  }

  /** Seals a record whose id stands at `record[at..at+16]`. Throws SealError on an empty slot. */
  sealRecord(
    compartment: Compartment,
    record: Buffer,
    at: number,
    versions: Versions,
    plaintext: Buffer,
  ): Buffer {
    return sealEnvelope(this.#envelope(compartment, record, at, versions), plaintext, takeNonce);
  }

  /** The plaintext, or SealError. */
  openRecord(
    compartment: Compartment,
    record: Buffer,
    at: number,
    versions: Omit<Versions, 'catalogueVersion'>,
    sealed: Buffer,
  ): Buffer {
    const catalogueVersion = sealedCatalogueVersion(sealed);
    const envelope = this.#envelope(compartment, record, at, { ...versions, catalogueVersion });
    return openEnvelope(envelope, sealed);
  }

  /** Wipes the keys of the last person. */
  wipe(): void {
    this.#material.fill(0);
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }

  #turnTo(subject: Buffer, at: number): void {
    this.wipe();
    subject.copy(this.#subject.bytes, 0, at, at + UUID_BYTES);
  }

  #owner() {
    return { client: this.#client, subject: uuidOfHex(this.#subject.bytes.toString('hex')) };
  }

  #envelope(compartment: Compartment, record: Buffer, at: number, versions: Versions) {
    let block = this.#keys.get(compartment);
    if (block === undefined) {
      const derived = compartmentKeyBytes(this.#material, compartment);
      if (derived === null) throw new SealError('commitment');
      block = derived;
      this.#keys.set(compartment, block);
    }
    const key = block.subarray(0, KEY_BYTES);
    const commitment = block.subarray(KEY_BYTES, KEY_BYTES + COMMITMENT_BYTES);
    const place = { bytes: record, at };
    return recordEnvelopeOfBytes({ key, commitment }, this.#client, this.#subject, place, versions);
  }
}
