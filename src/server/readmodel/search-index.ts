/** Substring search over people: for every pair of letters or digits the set of people whose text has
 * it. A pair is found by one look, a longer word by testing the few whose text has all its pairs. */
import {
  type Bitmap,
  clearBit,
  forEachBit,
  hasBit,
  intersect,
  newBitmap,
  setBit,
} from './bitmap.ts';

/** Letters and digits are numbered from 1; 0 is everything else, which is not indexed. */
const SYMBOLS = 37;
const symbolOf = new Uint8Array(128);
for (const [i, char] of [...'0123456789abcdefghijklmnopqrstuvwxyz'].entries()) {
  symbolOf[char.charCodeAt(0)] = i + 1;
}

const ANSWERS_KEPT = 32;

export class SearchIndex {
  readonly #capacity: number;
  readonly #texts: string[] = [];
  /** By first and second symbol; second 0 means the first alone. */
  readonly #pairs: (Bitmap | undefined)[] = new Array(SYMBOLS * SYMBOLS);
  readonly #answers = new Map<string, Bitmap>();

  /** For people numbered below `capacity`. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Sets what is sought of a person: folded texts with line breaks in between; '' takes it out. */
  put(person: number, text: string): void {
    if (this.#texts[person]) this.#remove(person);
    while (this.#texts.length < person) this.#texts.push('');
    this.#texts[person] = text;
    let before = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      const symbol = code < 128 ? symbolOf[code]! : 0;
      if (symbol !== 0) {
        setBit(this.#bitmapOf(symbol * SYMBOLS), person);
        if (before !== 0) setBit(this.#bitmapOf(before * SYMBOLS + symbol), person);
      }
      before = symbol;
    }
    this.#answers.clear();
  }

  /** Everybody whose text contains the folded word; not to be changed. */
  find(word: string): Bitmap {
    const known = this.#answers.get(word);
    if (known !== undefined) {
      this.#answers.delete(word);
      this.#answers.set(word, known);
      return known;
    }
    const found = this.#search(word);
    this.#answers.set(word, found);
    if (this.#answers.size > ANSWERS_KEPT) {
      for (const oldest of this.#answers.keys()) {
        this.#answers.delete(oldest);
        break;
      }
    }
    return found;
  }

  get bytes(): number {
    const pairs = this.#pairs.filter((bitmap) => bitmap !== undefined).length;
    return (pairs + this.#answers.size) * (this.#capacity / 8) + 120 * this.#texts.length;
  }

  #search(word: string): Bitmap {
    const found = newBitmap(this.#capacity).fill(-1);
    let before = 0;
    let isExact = word.length <= 2;
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i);
      const symbol = code < 128 ? symbolOf[code]! : 0;
      if (symbol === 0) isExact = false;
      else if (before !== 0) this.#keep(found, before * SYMBOLS + symbol);
      else this.#keep(found, symbol * SYMBOLS);
      before = symbol;
    }
    if (!isExact) {
      const texts = this.#texts;
      forEachBit(found, (person) => {
        if (!(texts[person] ?? '').includes(word)) clearBit(found, person);
      });
    }
    return found;
  }

  #keep(found: Bitmap, pair: number): void {
    const bitmap = this.#pairs[pair];
    if (bitmap === undefined) found.fill(0);
    else intersect(found, bitmap);
  }

  #remove(person: number): void {
    for (const bitmap of this.#pairs) {
      if (bitmap !== undefined && hasBit(bitmap, person)) clearBit(bitmap, person);
    }
  }

  #bitmapOf(pair: number): Bitmap {
    this.#pairs[pair] ??= newBitmap(this.#capacity);
    return this.#pairs[pair];
  }
}
