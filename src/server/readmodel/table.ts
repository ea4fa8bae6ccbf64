/** The records of one type, in columns: one row per record, with its person and its effective dates. */
import type { Column, Value } from './column.ts';
import { columnBytes, growColumn, newColumn, setValue } from './column.ts';
import { dayOf } from './day.ts';
import type { HeldType } from './held-types.ts';
import { UuidIndex } from './uuid-index.ts';

/** Bounds of a record without effective dates. */
export const ALWAYS = -1_000_000;
export const FOREVER = 1_000_000;

export interface Table {
  readonly held: HeldType;
  /** Record id → row. */
  readonly ids: UuidIndex;
  readonly columns: Column[];
  /** Numbers of people, by row. */
  person: Int32Array;
  /** Effective from this day on and before that one, by row. */
  from: Int32Array;
  until: Int32Array;
  /** The next row of the same person, -1 at the end; `first` by person. */
  next: Int32Array;
  first: Int32Array;
  /** Moves with every change of a row. */
  version: number;
}

/** A record as it was sealed, the part that is held. */
export interface Plain {
  t: string;
  e: Record<string, Value | null>;
  from?: string | null;
  until?: string | null;
}

export function newTable(held: HeldType, people: number): Table {
  const rows = Math.max(people, 16);
  return {
    held,
    ids: new UuidIndex(rows),
    columns: held.elements.map((element) => newColumn(element.kind, rows)),
    person: new Int32Array(rows),
    from: new Int32Array(rows),
    until: new Int32Array(rows),
    next: new Int32Array(rows).fill(-1),
    first: new Int32Array(rows).fill(-1),
    version: 0,
  };
}

/** Adds the record whose id stands at `id[at..at+16]`, or replaces what is held of it. */
export function putRecord(table: Table, id: Uint8Array, at: number, person: number, plain: Plain) {
  const rows = table.ids.size;
  const row = table.ids.add(id, at);
  if (row === rows) linkRow(table, row, person);
  table.from[row] = plain.from ? dayOf(plain.from) : ALWAYS;
  table.until[row] = plain.until ? dayOf(plain.until) : FOREVER;
  const { elements } = table.held;
  for (let i = 0; i < elements.length; i++) {
    setValue(table.columns[i]!, row, plain.e[elements[i]!.element.id]);
  }
  table.version++;
}

/**
 * The row of a person that is in force on a day, or -1. A record that begins later ends those before
 * it, so at any day there is at most one.
 */
export function rowInForce(table: Table, person: number, day: number): number {
  let latest = -1;
  for (let row = table.first[person] ?? -1; row !== -1; row = table.next[row]!) {
    const from = table.from[row]!;
    if (from > day || from >= table.until[row]!) continue;
    if (latest === -1 || from > table.from[latest]!) latest = row;
  }
  return latest !== -1 && day < table.until[latest]! ? latest : -1;
}

/** The day on which a row ends: its own, or when a later one of the same person begins. */
export function endOfRow(table: Table, row: number): number {
  const from = table.from[row]!;
  let end = table.until[row]!;
  let isBehind = false;
  for (let other = table.first[table.person[row]!]!; other !== -1; other = table.next[other]!) {
    const start = table.from[other]!;
    if (other === row) isBehind = true;
    else if (start >= table.until[other]!) continue;
    // Of two that begin on one day `rowInForce` takes the one in front.
    else if (start > from) end = Math.min(end, start);
    else if (start === from && !isBehind) end = from;
  }
  return end;
}

/** About how many bytes the table takes. */
export function tableBytes(table: Table): number {
  const fixed = table.ids.bytes + 4 * (4 * table.person.length + table.first.length);
  return table.columns.reduce((sum, column) => sum + columnBytes(column), fixed);
}

function linkRow(table: Table, row: number, person: number): void {
  if (row >= table.person.length) growRows(table, 2 * table.person.length);
  if (person >= table.first.length) {
    table.first = grown(table.first, Math.max(person + 1, 2 * table.first.length));
  }
  table.person[row] = person;
  table.next[row] = table.first[person]!;
  table.first[person] = row;
}

function growRows(table: Table, rows: number): void {
  table.person = grown(table.person, rows);
  table.from = grown(table.from, rows);
  table.until = grown(table.until, rows);
  table.next = grown(table.next, rows);
  for (const column of table.columns) growColumn(column, rows);
}

function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length).fill(-1);
  larger.set(array);
  return larger;
}
