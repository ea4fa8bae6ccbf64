/** The people of a client as a list shows them on one day: for each the records in force, and what
 * makes lists quick (folded texts, orders, search indexes), made when first needed and kept in step
 * with changes. */
import { type Bitmap, newBitmap, setBit } from './bitmap.ts';
import type { Column } from './column.ts';
import { fold } from './fold.ts';
import type { HeldElement } from './held-types.ts';
import type { ModelData } from './model-data.ts';
import { type Compare, ranksOf, reorder, sortPeople } from './orders.ts';
import { isInStep, type ReportingLines, reportingLines } from './reporting-lines.ts';
import { SearchIndex } from './search-index.ts';
import { rowInForce, type Table } from './table.ts';

/** Where an element's values stand: `column` at `rows[person]`, -1 for none. */
export interface Place {
  readonly held: HeldElement;
  readonly column: Column;
  readonly rows: Int32Array;
}

const BY_NAME = ['person.lastName', 'person.firstName', 'employment.staffNumber'];
const INDEXES_KEPT = 3;

export class View {
  readonly day: number;
  readonly data: ModelData;
  /** People numbered up to here have room; with more the view is made anew. */
  readonly capacity: number;
  readonly #rows = new Map<string, Int32Array>();
  readonly #folded = new Map<string, (string | null)[]>();
  readonly #orders = new Map<string, Int32Array>();
  readonly #indexes = new Map<string, SearchIndex>();
  #present: Bitmap;
  #byName: Int32Array | null = null;
  #nameRanks: Int32Array | null = null;
  #lines: ReportingLines | null = null;

  constructor(data: ModelData, day: number) {
    this.data = data;
    this.day = day;
    this.capacity = Math.ceil(data.people.size * 1.1) + 64;
    this.#present = newBitmap(this.capacity);
    for (let person = 0; person < data.people.size; person++) {
      if (this.#isPresent(person)) setBit(this.#present, person);
    }
  }

  /** Everybody of whom a personnel record is held; not to be changed. */
  get present(): Bitmap {
    return this.#present;
  }

  /** Where the values of an element stand, undefined when it is not held. */
  placeOf(id: string): Place | undefined {
    const [type = '', element] = id.split('.');
    const table = this.data.tables.get(type);
    const index = table?.held.elements.findIndex((held) => held.element.id === element) ?? -1;
    if (table === undefined || index === -1) return undefined;
    return {
      held: table.held.elements[index]!,
      column: table.columns[index]!,
      rows: this.#rowsOf(type, table),
    };
  }

  /** A text element folded, by person. */
  foldedOf(id: string): (string | null)[] {
    let folded = this.#folded.get(id);
    if (folded === undefined) {
      folded = [];
      for (let person = 0; person < this.data.people.size; person++) {
        folded.push(this.#foldedAt(id, person));
      }
      this.#folded.set(id, folded);
    }
    return folded;
  }

  /** Everybody in the order of an element, ascending, those without a value last. */
  orderBy(id: string): Int32Array {
    let order = this.#orders.get(id);
    if (order === undefined) {
      order = sortPeople(this.orderByName(), this.#compareBy(id));
      this.#orders.set(id, order);
    }
    return order;
  }

  /** By last name, first name, staff number. */
  orderByName(): Int32Array {
    if (this.#byName === null) {
      const people: number[] = [];
      for (let person = 0; person < this.data.people.size; person++) {
        if (this.#isPresent(person)) people.push(person);
      }
      this.#byName = sortPeople(Int32Array.from(people), this.#compareNames());
    }
    return this.#byName;
  }

  /** Everybody's place in `orderByName`, -1 for who is not in it. */
  nameRanks(): Int32Array {
    this.#nameRanks ??= ranksOf(this.orderByName(), this.capacity);
    return this.#nameRanks;
  }

  /** Who reports to whom. */
  lines(): ReportingLines {
    this.#lines ??= reportingLines(this);
    return this.#lines;
  }

  /** The index over these text elements. */
  indexOver(ids: readonly string[]): SearchIndex {
    const key = ids.join();
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = new SearchIndex(this.capacity);
      for (let person = 0; person < this.data.people.size; person++) {
        index.put(person, this.#textOf(ids, person));
      }
      if (this.#indexes.size >= INDEXES_KEPT) this.#indexes.clear();
      this.#indexes.set(key, index);
    }
    return index;
  }

  /** Takes over changes of these people's records. False when the view must be made anew. */
  update(changed: ReadonlySet<number>): boolean {
    if (this.data.people.size > this.capacity) return false;
    const present = this.#present.slice();
    for (const person of changed) if (this.#isPresent(person)) setBit(present, person);
    this.#present = present;
    for (const [type, rows] of this.#rows) {
      const table = this.data.tables.get(type)!;
      for (const person of changed) rows[person] = rowInForce(table, person, this.day);
    }
    for (const [id, folded] of this.#folded) {
      while (folded.length < this.data.people.size) folded.push(null);
      for (const person of changed) folded[person] = this.#foldedAt(id, person);
    }
    if (this.#lines !== null && !isInStep(this.#lines, this, changed)) this.#lines = null;
    const isIn = (person: number) => this.#isPresent(person);
    if (this.#byName !== null) {
      this.#byName = reorder(this.#byName, changed, isIn, this.#compareNames());
      this.#nameRanks = null;
    }
    for (const [id, order] of this.#orders) {
      this.#orders.set(id, reorder(order, changed, isIn, this.#compareBy(id)));
    }
    for (const [key, index] of this.#indexes) {
      for (const person of changed) index.put(person, this.#textOf(key.split(','), person));
    }
    return true;
  }

  /** About how many bytes this takes beyond the data. */
  get bytes(): number {
    let bytes = 4 * this.capacity * (this.#rows.size + this.#orders.size + 2);
    bytes += 48 * this.capacity * this.#folded.size;
    for (const index of this.#indexes.values()) bytes += index.bytes;
    return bytes;
  }

  #isPresent(person: number): boolean {
    for (const table of this.data.tables.values()) {
      if (table.held.compartment === 'personnel' && (table.first[person] ?? -1) !== -1) return true;
    }
    return false;
  }

  #rowsOf(type: string, table: Table): Int32Array {
    let rows = this.#rows.get(type);
    if (rows === undefined) {
      rows = new Int32Array(this.capacity).fill(-1);
      for (let person = 0; person < this.data.people.size; person++) {
        rows[person] = rowInForce(table, person, this.day);
      }
      this.#rows.set(type, rows);
    }
    return rows;
  }

  #foldedAt(id: string, person: number): string | null {
    const place = this.placeOf(id);
    const row = place?.rows[person] ?? -1;
    if (place === undefined || row === -1) return null;
    if (place.column.kind === 'text') {
      const text = place.column.texts[row] ?? null;
      return text === null ? null : fold(text);
    }
    if (place.column.kind !== 'code') return null;
    const code = place.column.codes[row]!;
    return code === 0 ? null : fold(place.column.words[code]!);
  }

  #textOf(ids: readonly string[], person: number): string {
    let text = '';
    for (const id of ids) {
      const folded = this.foldedOf(id)[person];
      if (folded) text += `\n${folded}`;
    }
    return text;
  }

  #compareNames(): Compare {
    const keys = BY_NAME.filter((id) => this.placeOf(id)).map((id) => this.foldedOf(id));
    return (a, b) => {
      for (const key of keys) {
        const order = compareText(key[a] ?? null, key[b] ?? null);
        if (order !== 0) return order;
      }
      return a - b;
    };
  }

  #compareBy(id: string): Compare {
    const { column, rows } = this.placeOf(id)!;
    const ranks = this.nameRanks();
    const byName: Compare = (a, b) => ranks[a]! - ranks[b]!;
    if (column.kind === 'day' || column.kind === 'number') {
      const numbers = column.kind === 'day' ? column.days : column.numbers;
      // No value is NaN or the least number: either way it comes last.
      const at = (person: number) => {
        const number = rows[person] === -1 ? Number.NaN : numbers[rows[person]!]!;
        return number > -2147483648 ? number : Number.POSITIVE_INFINITY;
      };
      return (a, b) => (at(a) === at(b) ? byName(a, b) : at(a) < at(b) ? -1 : 1);
    }
    if (this.placeOf(id)!.held.element.type === 'money') {
      const at = (person: number) =>
        moneyKey(column.kind === 'text' ? column.texts[rows[person]!] : null);
      return (a, b) => (at(a) === at(b) ? byName(a, b) : at(a) < at(b) ? -1 : 1);
    }
    const keys = this.foldedOf(id);
    return (a, b) => compareText(keys[a] ?? null, keys[b] ?? null) || byName(a, b);
  }
}

function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}

/** Amounts by their size; who holds pay in several currencies gets them mixed. */
function moneyKey(text: string | null | undefined): number {
  return text ? Number(text.slice(4)) : Number.POSITIVE_INFINITY;
}
