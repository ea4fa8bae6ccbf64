/**
 * The CSV state machine: text → rows of trimmed cells (RFC 4180, and what spreadsheets write besides:
 * four delimiters, CR, LF or CRLF, padding around quotes). It must never need more than one row held.
 */
import { FileRefusal } from './file-refusal.ts';

/** Characters of a cell and of a row; they bound what a forgotten quote can swallow. */
const cellLengthMax = 65_536;
const rowLengthMax = 1_048_576;
const columnsMax = 500;

export type Delimiter = ',' | ';' | '\t' | '|';

/** Takes a row that is not blank, and its number in the spreadsheet: the header is row 1. */
export type OnRow = (cells: string[], row: number) => void;

/**
 * Scans the rows that `text` completes and answers where the first incomplete one starts, and its
 * number: the next call's text must begin there. With `last`, the text's end completes its row. `row`
 * is the number of the text's first row; blank rows are counted and not handed on. Throws `FileRefusal`.
 */
export function scanRows(
  text: string,
  row: number,
  delimiter: Delimiter,
  last: boolean,
  onRow: OnRow,
): { at: number; row: number } {
  const comma = delimiter.charCodeAt(0);
  const tabIsPadding = delimiter !== '\t';
  const end = text.length;
  let at = 0;
  while (at < end) {
    const start = at;
    const cells: string[] = [];
    for (;;) {
      let code = text.charCodeAt(at);
      while (code === space || (code === tab && tabIsPadding)) code = text.charCodeAt(++at);
      const from = at;
      let cell: string;
      if (code === quote) {
        const close = closingQuote(text, from + 1, last);
        if (close < 0) {
          if (last) throw quoteNotClosed(row, cells.length + 1);
          refuseLong(end - from, end - start, row, cells.length + 1);
          return { at: start, row };
        }
        cell = text.slice(from + 1, close);
        if (cell.includes('"')) cell = cell.replaceAll('""', '"');
        at = close + 1;
        code = text.charCodeAt(at);
        while (code === space || (code === tab && tabIsPadding)) code = text.charCodeAt(++at);
        if (at < end && code !== comma && code !== lf && code !== cr) {
          throw textAfterQuote(row, cells.length + 1);
        }
      } else {
        while (at < end && code !== comma && code !== lf && code !== cr) {
          code = text.charCodeAt(++at);
        }
        cell = text.slice(from, at);
      }
      refuseLong(cell.length, at - start, row, cells.length + 1);
      if (at >= end && !last) return { at: start, row };
      cells.push(trimmed(cell));
      if (at >= end || code !== comma) break;
      if (cells.length === columnsMax) throw tooManyColumns(row);
      at++;
    }
    if (text.charCodeAt(at) === cr) {
      // The line feed that belongs to it may be the next block's first character.
      if (at + 1 === end && !last) return { at: start, row };
      at++;
      if (text.charCodeAt(at) === lf) at++;
    } else {
      at++;
    }
    if (!isBlank(cells)) onRow(cells, row);
    row++;
  }
  return { at: end, row };
}

const tab = 9;
const lf = 10;
const cr = 13;
const space = 32;
const quote = 34;

/** Index of the quote that ends the cell, or -1 when the text ends before that is certain. */
function closingQuote(text: string, from: number, last: boolean): number {
  let at = text.indexOf('"', from);
  while (at >= 0) {
    if (at + 1 === text.length) return last ? at : -1;
    if (text.charCodeAt(at + 1) !== quote) return at;
    at = text.indexOf('"', at + 2);
  }
  return -1;
}

/** `trim` is dear for 1.8 million cells that need none. */
function trimmed(cell: string): string {
  const first = cell.charCodeAt(0);
  const final = cell.charCodeAt(cell.length - 1);
  return first <= space || final <= space || first >= 0xa0 || final >= 0xa0 ? cell.trim() : cell;
}

function isBlank(cells: string[]): boolean {
  return cells[0] === '' && cells.every((cell) => cell === '');
}

function refuseLong(cell: number, row: number, rowNumber: number, column: number): void {
  if (cell > cellLengthMax) {
    throw new FileRefusal(
      'cell-too-long',
      `Row ${rowNumber}, column ${column}: the cell is longer than ${cellLengthMax} characters. A quote opened there and never closed is the usual cause; otherwise shorten it.`,
      { row: rowNumber, column },
    );
  }
  if (row > rowLengthMax) {
    throw new FileRefusal(
      'row-too-long',
      `Row ${rowNumber}: the row is longer than ${rowLengthMax} characters. Check the quotes and the line breaks near it.`,
      { row: rowNumber },
    );
  }
}

function tooManyColumns(row: number): FileRefusal {
  return new FileRefusal(
    'too-many-columns',
    `Row ${row}: more than ${columnsMax} columns. Send only the columns that the procedures cover.`,
    { row },
  );
}

function quoteNotClosed(row: number, column: number): FileRefusal {
  return new FileRefusal(
    'quote-not-closed',
    `Row ${row}, column ${column}: a quote is opened and never closed. Close it, or double it if it belongs to the text.`,
    { row, column },
  );
}

function textAfterQuote(row: number, column: number): FileRefusal {
  return new FileRefusal(
    'text-after-quote',
    `Row ${row}, column ${column}: text follows the closing quote. Double the quotes that belong to the text.`,
    { row, column },
  );
}
