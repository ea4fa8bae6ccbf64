/** What the ledger says about the stored records, and the comparison: an old row put back, a row
 * missing and a row too many are all found before anybody gets an answer from them. */
import { hash } from 'node:crypto';
import { CHANGE_BYTES, GONE, type RecordChanges } from '../ledger/changed-records.ts';
import { UuidIndex, uuidText } from './uuid-index.ts';

/** How many record ids an alarm names at most. */
const NAMED_MAX = 100;

export class DigestCheck {
  readonly #packed: Buffer;
  readonly #ids: UuidIndex;
  /** Where the last change of each record stands in `#packed`. */
  readonly #last: Int32Array;
  readonly #seen: Uint8Array;
  readonly #wrong: string[] = [];
  #wrongCount = 0;
  /** Records of which nothing may be there; they count as seen from the start. */
  #gone = 0;

  constructor({ packed, count }: RecordChanges) {
    this.#packed = packed;
    this.#ids = new UuidIndex(count);
    this.#last = new Int32Array(count);
    for (let at = 0; at < packed.length; at += CHANGE_BYTES) {
      // In the order of the ledger: what it says last is what must be there.
      this.#last[this.#ids.add(packed, at)] = at;
    }
    this.#seen = new Uint8Array(this.#ids.size);
    for (let i = 0; i < this.#seen.length; i++) {
      const at = this.#last[i]! + 20;
      if (packed.compare(GONE, 0, 32, at, at + 32) !== 0) continue;
      this.#seen[i] = 1;
      this.#gone++;
    }
  }

  /** How many records there must be. */
  get count(): number {
    return this.#seen.length - this.#gone;
  }

  /** Whether this row is exactly the one that the ledger names; notes it when not. */
  isExpected(id: Uint8Array, at: number, revision: number, ct: Uint8Array): boolean {
    const number = this.#ids.find(id, at);
    const isSame = number !== -1 && this.#seen[number] === 0 && this.#isLast(number, revision, ct);
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

  #isLast(number: number, revision: number, ct: Uint8Array): boolean {
    const at = this.#last[number]!;
    return (
      this.#packed.readInt32BE(at + 16) === revision &&
      // As text: a third of what a buffer of its own would cost.
      hash('sha256', ct, 'latin1') === this.#packed.toString('latin1', at + 20, at + CHANGE_BYTES)
    );
  }

  #note(record: string): void {
    this.#wrongCount++;
    if (this.#wrong.length < NAMED_MAX) this.#wrong.push(record);
  }
}
