/** Columns of numbers out of a held table: codes, days and numbers; texts are never among them. */
import { NO_DAY } from './day.ts';
import type { NumberColumn } from './duck.ts';
import { rowInForce, type Table } from './table.ts';

/** Elements that hold a day, so that a type that is not held has columns of the right kind. */
const DAYS = new Set([
  'hireDate',
  'rehireDate',
  'terminationDate',
  'from',
  'to',
  'selectedOn',
  'completedOn',
  'enrolledOn',
  'establishedOn',
  'acknowledgedOn',
  'date',
]);
const NUMBERS = new Set(['days', 'hours', 'score']);

/** The elements of a type at the given rows; -1 gives no value: code 0, NO_DAY or NaN. */
export function columnsOf(
  table: Table | undefined,
  names: readonly string[],
  rows: Int32Array,
): NumberColumn[] {
  return names.map((name) => {
    const index = table?.held.elements.findIndex((held) => held.element.id === name) ?? -1;
    const column = table?.columns[index];
    if (NUMBERS.has(name)) {
      const numbers = column?.kind === 'number' ? column.numbers : null;
      const at = (row: number) => (row === -1 || numbers === null ? Number.NaN : numbers[row]!);
      return { name, data: Float64Array.from(rows, at) };
    }
    const none = DAYS.has(name) ? NO_DAY : 0;
    const values =
      column?.kind === 'day' ? column.days : column?.kind === 'code' ? column.codes : null;
    return { name, data: rows.map((row) => (row === -1 || values === null ? none : values[row]!)) };
  });
}

/** Every record of a type, with its person. */
export function everyRow(table: Table | undefined, names: readonly string[]): NumberColumn[] {
  const rows = Int32Array.from({ length: table?.ids.size ?? 0 }, (_, row) => row);
  const person = rows.map((row) => table!.person[row]!);
  return [{ name: 'person', data: person }, ...columnsOf(table, names, rows)];
}

/** The row of each person in a type of which there is one; -1 for none. */
export function rowsOfPeople(table: Table | undefined, people: Int32Array): Int32Array {
  return people.map((one) => (table ? rowInForce(table, one, 0) : -1));
}
