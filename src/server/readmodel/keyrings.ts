/** Wrapped keyrings by number of the person, in one piece of memory; they live as long as one load. */
import { WRAPPED_KEYRING_BYTES } from '../vault/crypto/keyring.ts';

export class Keyrings {
  // Pages that nothing was written to take no memory.
  #bytes = new Uint8Array(WRAPPED_KEYRING_BYTES * 1024);

  /** Keeps a copy of `bytes[from..until]`; anything of another length counts as none. */
  put(person: number, bytes: Uint8Array, from: number, until: number): void {
    if (until - from !== WRAPPED_KEYRING_BYTES) return;
    const at = WRAPPED_KEYRING_BYTES * person;
    if (at >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, at + WRAPPED_KEYRING_BYTES));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(from, until), at);
  }

  /** Copies the person's keyring to `out[at..]`; false when there is none. */
  copyTo(person: number, out: Uint8Array, at: number): boolean {
    const from = WRAPPED_KEYRING_BYTES * person;
    // The first byte is the format, which is never 0.
    if (!this.#bytes[from]) return false;
    out.set(this.#bytes.subarray(from, from + WRAPPED_KEYRING_BYTES), at);
    return true;
  }
}
