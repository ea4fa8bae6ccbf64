/** A cell as it is stored → the text that stands for it in a row. A formula is never evaluated: what
 * it came to when the workbook was saved is all that counts. */
import { dayOfSerial, patternNumber, plainNumber } from './cell-number.ts';
import { unescaped } from './cell-text.ts';
import { NUMBER, type NumberFormat } from './number-format.ts';
import type { StringTable } from './string-table.ts';
import { textCell, typedCell } from './typed-cell.ts';
import { workbookRefusal } from './workbook-refusal.ts';

export interface StoredCell {
  /** `t`: n, s, str, inlineStr, b, e or d. */
  readonly type: string;
  readonly style: number;
  /** The text of `<v>`; null where there is none. */
  readonly value: string | null;
  /** The text of `<is>`. */
  readonly inline: string;
  readonly hasFormula: boolean;
}

export interface CellContext {
  readonly strings: StringTable;
  readonly styles: readonly NumberFormat[];
  readonly is1904: boolean;
}

const noValue = typedCell(
  'error',
  'is a formula without a stored value: open the workbook in the spreadsheet program, let it calculate, and save it',
);
const faulty = typedCell(
  'error',
  'holds an error of the spreadsheet, such as #N/A or #REF!, instead of a value',
);
const unreadable = typedCell('error', 'holds a control character that no text can have');
const noDay = typedCell('error', 'is formatted as a date and is no day of the calendar');
const timeOnly = typedCell('error', 'holds a time of the day and no date');

/** Throws FileRefusal where a cell is not as spreadsheets write them. */
export function cellText(cell: StoredCell, context: CellContext): string {
  const { type, value, hasFormula } = cell;
  if (type === 'inlineStr') return textCell(cell.inline) ?? unreadable;
  if (type === 'e') return faulty;
  if (value === null || (value === '' && type !== 'str')) return hasFormula ? noValue : '';
  switch (type) {
    case 's':
      return textCell(sharedText(value, context.strings)) ?? unreadable;
    case 'str':
      return textCell(unescaped(value)) ?? unreadable;
    case 'b':
      return value === '1' || value === 'true' ? 'TRUE' : 'FALSE';
    case 'd':
      return isoDay(value);
    case 'n':
      return numberText(value, context.styles[cell.style] ?? NUMBER, context.is1904);
    default:
      throw workbookRefusal('workbook-damaged');
  }
}

function sharedText(value: string, strings: StringTable): string {
  const text = /^\d{1,10}$/.test(value) ? strings.at(Number(value)) : undefined;
  if (text === undefined) throw workbookRefusal('workbook-damaged');
  return text;
}

function numberText(value: string, format: NumberFormat, is1904: boolean): string {
  const plain = plainNumber(value.trim());
  if (plain === null) throw workbookRefusal('workbook-damaged');
  switch (format.kind) {
    case 'date': {
      if (Number(plain) > 0 && Number(plain) < 1 && !is1904) return timeOnly;
      const day = dayOfSerial(plain, is1904);
      return day === null ? noDay : typedCell('date', day);
    }
    case 'time':
      return timeOnly;
    case 'digits':
      return patternNumber(plain, format.pattern) ?? typedCell('number', plain);
    case 'number':
      return typedCell('number', plain);
  }
}

/** Strict workbooks write dates out. */
function isoDay(value: string): string {
  const day = /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]*Z?)?$/.exec(value)?.[1];
  if (day === undefined) return /^T?\d{2}:\d{2}/.test(value) ? timeOnly : noDay;
  const date = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
  return isDay ? typedCell('date', day) : noDay;
}
