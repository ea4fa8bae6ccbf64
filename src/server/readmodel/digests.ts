/** What the ledger says about the stored records, and the comparison: an old row put back, a row
 * missing and a row too many are all found before anybody gets an answer from them. */
import { hash } from 'node:crypto';
import type { RecordDigests } from '../ledger/changed-records.ts';
import { UuidIndex, uuidText } from './uuid-index.ts';

/** How many record ids an alarm names at most. */
const NAMED_MAX = 100;

export class DigestCheck {
  readonly #expected: RecordDigests;
  readonly #digests: Buffer;
  readonly #ids: UuidIndex;
  readonly #seen: Uint8Array;
  readonly #wrong: string[] = [];
  #wrongCount = 0;

  constructor(expected: RecordDigests) {
    const count = expected.revisions.length;
    this.#expected = expected;
    const { buffer, byteOffset, byteLength } = expected.digests;
    this.#digests = Buffer.from(buffer, byteOffset, byteLength);
    this.#ids = new UuidIndex(count);
    for (let i = 0; i < count; i++) this.#ids.add(expected.ids, 16 * i);
    this.#seen = new Uint8Array(count);
  }

  /** Whether this row is exactly the one that the ledger names; notes it when not. */
  isExpected(id: Uint8Array, at: number, revision: number, ct: Uint8Array): boolean {
    const number = this.#ids.find(id, at);
    const isSame =
      number !== -1 &&
      this.#seen[number] === 0 &&
      this.#expected.revisions[number] === revision &&
      hash('sha256', ct, 'latin1') ===
        this.#digests.toString('latin1', 32 * number, 32 * number + 32);
    if (number !== -1) this.#seen[number] = 1;
    if (!isSame) this.#note(uuidText(id, at));
    return isSame;
  }

  /** The records that differ, those that were never seen included. */
  differing(): { count: number; records: string[] } {
    for (let i = 0; i < this.#seen.length; i++) {
      if (this.#seen[i] === 0) this.#note(this.#ids.uuidAt(i));
    }
    return { count: this.#wrongCount, records: this.#wrong };
  }

  #note(record: string): void {
    this.#wrongCount++;
    if (this.#wrong.length < NAMED_MAX) this.#wrong.push(record);
  }
}
