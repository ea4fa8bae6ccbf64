/** The entries of one client's ledger, to be found by person, user, purpose, operation, outcome and
 * time: numbers in typed arrays, one row per entry, and of each person a chain of the entries that name
 * them. A row's number is the entry's index. */
import type { Entry } from '#verifier/entry.ts';
import { writeUuid } from '../../vault/crypto/uuid-bytes.ts';
import { type Bitmap, hasBit, newBitmap, setBit } from '../bitmap.ts';
import { UuidIndex } from '../uuid-index.ts';
import type { ActivityFilter } from './activity-messages.ts';
import { Words } from './words.ts';

const NONE = -1;
const ROWS_MIN = 1024;

/** A list too long for its entry, and who is on it once somebody has asked for a person. */
export interface LongList {
  readonly attachment: string | null;
  people: Bitmap | null;
}

export class ActivityIndex {
  #size = 0;
  #at = new Float64Array(ROWS_MIN);
  #user = new Int32Array(ROWS_MIN);
  #purpose = new Uint16Array(ROWS_MIN);
  #op = new Uint16Array(ROWS_MIN);
  #outcome = new Uint8Array(ROWS_MIN);
  readonly #words = new Words();
  readonly #people = new UuidIndex();
  /** By person, the last mention; by mention, its entry and the person's mention before. */
  #last = new Int32Array(ROWS_MIN).fill(NONE);
  #mentioned = new Int32Array(ROWS_MIN);
  #before = new Int32Array(ROWS_MIN);
  #mentions = 0;
  /** Entries with long lists, ascending, and which list. Many entries share one. */
  readonly #listed: { readonly entry: number; readonly list: LongList }[] = [];
  readonly #lists = new Map<string, LongList>();
  readonly #id = Buffer.alloc(16);

  get size(): number {
    return this.#size;
  }

  /** About what it takes in memory. */
  get bytes(): number {
    const arrays = [this.#at, this.#user, this.#purpose, this.#op, this.#outcome];
    const chains = [this.#last, this.#mentioned, this.#before];
    let bytes = this.#people.bytes + this.#words.bytes + 48 * this.#listed.length;
    for (const array of [...arrays, ...chains]) bytes += array.byteLength;
    for (const { people } of this.#lists.values()) bytes += 200 + (people?.byteLength ?? 0);
    return bytes;
  }

  /** Takes the entry that comes next; `attachment` is what its long lists lie under. */
  add(entry: Entry, attachment: string | null): void {
    const row = this.#size;
    if (row === this.#at.length) this.#growRows();
    this.#at[row] = Date.parse(entry.at);
    this.#user[row] = this.#words.add(entry.actor);
    this.#purpose[row] = this.#words.addShort(entry.purpose ?? '');
    this.#op[row] = this.#words.addShort(entry.op);
    this.#outcome[row] = this.#words.addShort(entry.outcome);
    const { subjects } = entry;
    if ('digest' in subjects) {
      const { digest } = subjects;
      // An entry may name a list that lies under another name, too: it is the same list.
      const list = this.#lists.get(digest) ?? { attachment, people: null };
      this.#lists.set(digest, list);
      this.#listed.push({ entry: row, list });
    } else for (const subject of subjects) this.#mention(this.person(subject, true), row);
    this.#size++;
  }

  /** The number of a person (`sub_…`); -1 for one whom no entry has named, unless it is to be added. */
  person(subject: string, isAdded: boolean): number {
    writeUuid(this.#id, 0, subject.slice(4));
    if (!isAdded) return this.#people.find(this.#id, 0);
    const person = this.#people.add(this.#id, 0);
    if (person >= this.#last.length) this.#last = grown(this.#last, NONE);
    return person;
  }

  /** Long lists whose people nobody has read yet, with their digests. */
  unread(): (readonly [string, LongList])[] {
    return [...this.#lists].filter(([, list]) => list.people === null);
  }

  /** Says who is on a list: `sub_…`. */
  fill(list: LongList, subjects: readonly string[]): void {
    const people = subjects.map((subject) => this.person(subject, true));
    const bits = newBitmap(this.#people.size);
    for (const person of people) setBit(bits, person);
    list.people = bits;
  }

  /** Entries below `before` that fit, the newest first, at most `limit`. */
  find(filter: ActivityFilter, before: number, limit: number): number[] {
    const wanted = this.#wanted(filter);
    const found: number[] = [];
    if (wanted === null) return found;
    const low = filter.from === undefined ? 0 : this.#firstAt(Date.parse(filter.from));
    const until = filter.until === undefined ? this.#size : this.#firstAt(Date.parse(filter.until));
    const high = Math.min(before, until, this.#size);
    for (const row of this.#candidates(filter.subject, low, high)) {
      if (!this.#fits(row, wanted)) continue;
      found.push(row);
      if (found.length === limit) break;
    }
    return found;
  }

  /** The numbers of the words; null when no entry has one of them. */
  #wanted({ user, purpose, op, outcome }: ActivityFilter): Wanted | null {
    const numbers = [user, purpose, op, outcome].map((word) =>
      word === undefined ? NONE : (this.#words.find(word) ?? null),
    );
    if (numbers.includes(null)) return null;
    const [ofUser, ofPurpose, ofOp, ofOutcome] = numbers as [number, number, number, number];
    return { user: ofUser, purpose: ofPurpose, op: ofOp, outcome: ofOutcome };
  }

  #fits(row: number, { user, purpose, op, outcome }: Wanted): boolean {
    return (
      (user === NONE || this.#user[row] === user) &&
      (purpose === NONE || this.#purpose[row] === purpose) &&
      (op === NONE || this.#op[row] === op) &&
      (outcome === NONE || this.#outcome[row] === outcome)
    );
  }

  /** Entries from low ≤ row < high, descending: all, or those that name the person. */
  *#candidates(subject: string | undefined, low: number, high: number): Generator<number> {
    if (subject === undefined) {
      for (let row = high - 1; row >= low; row--) yield row;
      return;
    }
    const person = this.person(subject, false);
    if (person === NONE) return;
    let mention = this.#last[person]!;
    let listed = this.#listed.length - 1;
    for (;;) {
      while (mention !== NONE && this.#mentioned[mention]! >= high)
        mention = this.#before[mention]!;
      while (listed >= 0 && !this.#isOn(listed, person, high)) listed--;
      const single = mention === NONE ? NONE : this.#mentioned[mention]!;
      const many = listed < 0 ? NONE : this.#listed[listed]!.entry;
      const row = Math.max(single, many);
      if (row < low) return;
      yield row;
      high = row;
    }
  }

  #isOn(listed: number, person: number, high: number): boolean {
    const { entry, list } = this.#listed[listed]!;
    return entry < high && list.people !== null && hasBit(list.people, person);
  }

  #mention(person: number, row: number): void {
    const mention = this.#mentions++;
    if (mention === this.#mentioned.length) {
      this.#mentioned = grown(this.#mentioned);
      this.#before = grown(this.#before);
    }
    this.#mentioned[mention] = row;
    this.#before[mention] = this.#last[person]!;
    this.#last[person] = mention;
  }

  /** The first entry at `at` (ms) or later: times never go back. */
  #firstAt(at: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #growRows(): void {
    this.#at = grown(this.#at);
    this.#user = grown(this.#user);
    this.#purpose = grown(this.#purpose);
    this.#op = grown(this.#op);
    this.#outcome = grown(this.#outcome);
  }
}

interface Wanted {
  readonly user: number;
  readonly purpose: number;
  readonly op: number;
  readonly outcome: number;
}

type Numbers = Float64Array | Int32Array | Uint16Array | Uint8Array;

function grown<T extends Numbers>(array: T, fill = 0): T {
  const more = new (array.constructor as new (length: number) => T)(2 * array.length);
  if (fill !== 0) more.fill(fill, array.length);
  more.set(array);
  return more;
}
