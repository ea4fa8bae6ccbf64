/** The shared strings of a workbook: every text once, packed as bytes, for a million rows of them. */
import { workbookRefusal } from './workbook-refusal.ts';

const PAGE_BYTES = 4 * 1024 * 1024;

export interface StringTableLimits {
  readonly bytesMax: number;
  readonly stringsMax: number;
}

const LIMITS: StringTableLimits = { bytesMax: 192 * 1024 * 1024, stringsMax: 8_000_000 };

export class StringTable {
  readonly #limits: StringTableLimits;
  readonly #pages: Buffer[] = [];
  /** Where each string begins, counted over the pages, and its bytes. */
  #starts = new Uint32Array(1024);
  #lengths = new Uint32Array(1024);
  #used = PAGE_BYTES;
  #count = 0;

  constructor(limits: StringTableLimits = LIMITS) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /** A text of at most a page. Throws FileRefusal beyond the limits. */
  add(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.#used + length > PAGE_BYTES) {
      const isFull = (this.#pages.length + 1) * PAGE_BYTES > this.#limits.bytesMax;
      if (isFull || length > PAGE_BYTES) throw workbookRefusal('too-many-strings');
      this.#pages.push(Buffer.allocUnsafeSlow(PAGE_BYTES));
      this.#used = 0;
    }
    if (this.#count === this.#limits.stringsMax) throw workbookRefusal('too-many-strings');
    if (this.#count === this.#starts.length) this.#grow();
    const page = this.#pages.length - 1;
    this.#pages[page]!.write(text, this.#used);
    this.#starts[this.#count] = page * PAGE_BYTES + this.#used;
    this.#lengths[this.#count] = length;
    this.#used += length;
    this.#count++;
  }

  /** Undefined where there is none. */
  at(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    const start = this.#starts[index]!;
    const from = start % PAGE_BYTES;
    return this.#pages[(start - from) / PAGE_BYTES]!.toString(
      'utf8',
      from,
      from + this.#lengths[index]!,
    );
  }

  #grow(): void {
    const starts = new Uint32Array(2 * this.#starts.length);
    starts.set(this.#starts);
    this.#starts = starts;
    const lengths = new Uint32Array(2 * this.#lengths.length);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }
}
