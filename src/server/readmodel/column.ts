/** Columns of values in memory: what repeats as numbers of words, the rest as it is. */
import type { Element } from '../../catalogue/catalogue.ts';
import { dateOf, dayOf, NO_DAY } from './day.ts';

export type Value = string | number | boolean | { amount: string; currency: string };

/** `codes[row]` is the number of a word, 0 for no value; `words[0]` is unused. */
export interface CodeColumn {
  readonly kind: 'code';
  codes: Int32Array;
  readonly words: string[];
  readonly numbers: Map<string, number>;
}

/** Values as they are; money as `<currency> <amount>`. */
export interface TextColumn {
  readonly kind: 'text';
  texts: (string | null)[];
}

/** Days since 1970, NO_DAY for no value. */
export interface DayColumn {
  readonly kind: 'day';
  days: Int32Array;
}

/** NaN for no value. */
export interface NumberColumn {
  readonly kind: 'number';
  numbers: Float64Array;
}

export type Column = CodeColumn | TextColumn | DayColumn | NumberColumn;

/** How an element is held; `repeats` says that few values of a text are expected. */
export function columnKind(element: Element, repeats: boolean): Column['kind'] {
  switch (element.type) {
    case 'code':
    case 'country':
    case 'boolean':
      return 'code';
    case 'date':
      return 'day';
    case 'number':
      return 'number';
    default:
      return repeats ? 'code' : 'text';
  }
}

export function newColumn(kind: Column['kind'], rows: number): Column {
  switch (kind) {
    case 'code':
      return { kind, codes: new Int32Array(rows), words: [''], numbers: new Map() };
    case 'day':
      return { kind, days: new Int32Array(rows).fill(NO_DAY) };
    case 'number':
      return { kind, numbers: new Float64Array(rows).fill(Number.NaN) };
    case 'text':
      return { kind, texts: new Array<string | null>(rows).fill(null) };
  }
}

/** Makes room for `rows` rows; new ones hold no value. */
export function growColumn(column: Column, rows: number): void {
  const fresh = newColumn(column.kind, rows);
  switch (column.kind) {
    case 'code':
      (fresh as CodeColumn).codes.set(column.codes);
      column.codes = (fresh as CodeColumn).codes;
      break;
    case 'day':
      (fresh as DayColumn).days.set(column.days);
      column.days = (fresh as DayColumn).days;
      break;
    case 'number':
      (fresh as NumberColumn).numbers.set(column.numbers);
      column.numbers = (fresh as NumberColumn).numbers;
      break;
    case 'text':
      while (column.texts.length < rows) column.texts.push(null);
  }
}

/** Writes a canonical value, or none. */
export function setValue(column: Column, row: number, value: Value | null | undefined): void {
  const isNone = value === null || value === undefined;
  switch (column.kind) {
    case 'code':
      column.codes[row] = isNone ? 0 : wordNumber(column, String(value));
      break;
    case 'day':
      column.days[row] = isNone ? NO_DAY : dayOf(value as string);
      break;
    case 'number':
      column.numbers[row] = isNone ? Number.NaN : (value as number);
      break;
    case 'text':
      column.texts[row] = isNone ? null : textOf(value);
  }
}

/** The canonical value of a row, or null. */
export function valueAt(column: Column, element: Element, row: number): Value | null {
  switch (column.kind) {
    case 'code': {
      const code = column.codes[row]!;
      if (code === 0) return null;
      return element.type === 'boolean' ? column.words[code] === 'true' : column.words[code]!;
    }
    case 'day':
      return column.days[row] === NO_DAY ? null : dateOf(column.days[row]!);
    case 'number':
      return Number.isNaN(column.numbers[row]!) ? null : column.numbers[row]!;
    case 'text': {
      const text = column.texts[row] ?? null;
      return text !== null && element.type === 'money' ? moneyOf(text) : text;
    }
  }
}

/** The number of a word, given to it now if it is new. */
function wordNumber(column: CodeColumn, word: string): number {
  let number = column.numbers.get(word);
  if (number === undefined) {
    number = column.words.push(word) - 1;
    column.numbers.set(word, number);
  }
  return number;
}

/** About how many bytes the column takes. */
export function columnBytes(column: Column): number {
  switch (column.kind) {
    case 'code':
      return column.codes.byteLength + 120 * column.words.length;
    case 'day':
      return column.days.byteLength;
    case 'number':
      return column.numbers.byteLength;
    case 'text':
      return 48 * column.texts.length;
  }
}

function textOf(value: Value): string {
  return typeof value === 'object' ? `${value.currency} ${value.amount}` : String(value);
}

function moneyOf(text: string): { amount: string; currency: string } {
  return { amount: text.slice(4), currency: text.slice(0, 3) };
}
