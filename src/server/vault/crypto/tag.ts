/** The opaque tag by which a row is fetched: it links neither to a person nor across compartments. */
import { createHmac, hash, type KeyObject } from 'node:crypto';
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { UUID_BYTES, uuidOfHex, writeUuid } from './uuid-bytes.ts';

const input = Buffer.allocUnsafeSlow(64);

/**
 * HMAC-SHA256(client's tag key, subject(16) ‖ compartment)[0:16], in the text form of a uuid.
 * Throws TypeError when `subject` is not a bare canonical uuid.
 */
export function tagOf(tagKey: KeyObject, subject: string, compartment: Compartment): string {
  writeUuid(input, 0, subject);
  const end = UUID_BYTES + input.write(compartment, UUID_BYTES, 'latin1');
  const hex = createHmac('sha256', tagKey).update(input.subarray(0, end)).digest('hex');
  return uuidOfHex(hex);
}

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/** The same tags as bytes, for loads that make hundreds of thousands: HMAC (RFC 2104) by one-shot hashes
 * costs a third of `createHmac`. `close` wipes the key. */
export class Tagger {
  readonly #inner = Buffer.alloc(BLOCK_BYTES + 64, 0x36);
  readonly #outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, 0x5c);

  /** `tagKey` has 32 bytes. */
  constructor(tagKey: KeyObject) {
    const key = tagKey.export();
    if (key.length > BLOCK_BYTES) throw new RangeError('a tag key is at most one block');
    for (let i = 0; i < key.length; i++) {
      this.#inner[i]! ^= key[i]!;
      this.#outer[i]! ^= key[i]!;
    }
    key.fill(0);
  }

  /** Writes at `out[0..16]` the tag of the subject at `subject[at..at+16]`; zeros are the client itself. */
  write(out: Buffer, subject: Uint8Array, at: number, compartment: Compartment): void {
    const inner = this.#inner;
    const outer = this.#outer;
    for (let i = 0; i < UUID_BYTES; i++) inner[BLOCK_BYTES + i] = subject[at + i]!;
    const from = BLOCK_BYTES + UUID_BYTES;
    const end = from + inner.write(compartment, from, 'latin1');
    outer.write(hash('sha256', inner.subarray(0, end), 'latin1'), BLOCK_BYTES, 'latin1');
    out.write(hash('sha256', outer, 'latin1'), 0, UUID_BYTES, 'latin1');
  }

  close(): void {
    this.#inner.fill(0);
    this.#outer.fill(0);
  }
}
