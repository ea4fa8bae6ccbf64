/** Ids as 16 raw bytes, numbered in the order in which they were added: a hash table in typed arrays,
 * so that a million of them cost 24 MB and no strings. */

const EMPTY = -1;

export class UuidIndex {
  #words: Int32Array;
  #slots: Int32Array;
  #size = 0;

  constructor(capacity = 16) {
    this.#words = new Int32Array(4 * Math.max(capacity, 16));
    this.#slots = new Int32Array(slotsFor(capacity)).fill(EMPTY);
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#words.byteLength + this.#slots.byteLength;
  }

  /** The number of the id that stands at `bytes[at..at+16]`, given to it now if it is new. */
  add(bytes: Uint8Array, at: number): number {
    if (2 * this.#size >= this.#slots.length) this.#grow();
    const slot = this.#slotOf(
      word(bytes, at),
      word(bytes, at + 4),
      word(bytes, at + 8),
      word(bytes, at + 12),
    );
    const known = this.#slots[slot]!;
    if (known !== EMPTY) return known;
    const number = this.#size++;
    const words = this.#roomFor(number);
    for (let i = 0; i < 4; i++) words[4 * number + i] = word(bytes, at + 4 * i);
    this.#slots[slot] = number;
    return number;
  }

  /** The number of an id, or -1. */
  find(bytes: Uint8Array, at: number): number {
    return this.#slots[
      this.#slotOf(word(bytes, at), word(bytes, at + 4), word(bytes, at + 8), word(bytes, at + 12))
    ]!;
  }

  /** The text form of the id with this number. */
  uuidAt(number: number): string {
    const bytes = new Uint8Array(16);
    this.copyTo(number, bytes, 0);
    return uuidText(bytes, 0);
  }

  /** Writes the id with this number at `out[at..at+16]`. */
  copyTo(number: number, out: Uint8Array, at: number): void {
    for (let i = 0; i < 4; i++) {
      const word = this.#words[4 * number + i]!;
      out[at + 4 * i] = word >>> 24;
      out[at + 4 * i + 1] = word >>> 16;
      out[at + 4 * i + 2] = word >>> 8;
      out[at + 4 * i + 3] = word;
    }
  }

  #slotOf(a: number, b: number, c: number, d: number): number {
    const words = this.#words;
    const slots = this.#slots;
    const mask = slots.length - 1;
    // Random bits stand in the second half of a UUIDv7 and everywhere in a tag.
    let slot = (Math.imul(d, 0x9e3779b1) ^ c) & mask;
    for (;;) {
      const number = slots[slot]!;
      if (number === EMPTY) return slot;
      const at = 4 * number;
      if (words[at + 3] === d && words[at + 2] === c && words[at + 1] === b && words[at] === a) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  #roomFor(number: number): Int32Array {
    if (4 * number >= this.#words.length) {
      const words = new Int32Array(2 * this.#words.length);
      words.set(this.#words);
      this.#words = words;
    }
    return this.#words;
  }

  #grow(): void {
    const words = this.#words;
    this.#slots = new Int32Array(2 * this.#slots.length).fill(EMPTY);
    for (let number = 0; number < this.#size; number++) {
      const at = 4 * number;
      this.#slots[this.#slotOf(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)] =
        number;
    }
  }
}

const hex: string[] = Array.from({ length: 256 }, (_, value) =>
  value.toString(16).padStart(2, '0'),
);

/** The text form of the uuid that stands at `bytes[at..at+16]`. */
export function uuidText(bytes: Uint8Array, at: number): string {
  const h = (i: number) => hex[bytes[at + i]!]!;
  return `${h(0)}${h(1)}${h(2)}${h(3)}-${h(4)}${h(5)}-${h(6)}${h(7)}-${h(8)}${h(9)}-${h(10)}${h(11)}${h(12)}${h(13)}${h(14)}${h(15)}`;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function slotsFor(capacity: number): number {
  return 2 ** Math.max(5, Math.ceil(Math.log2(2 * capacity + 1)));
}
