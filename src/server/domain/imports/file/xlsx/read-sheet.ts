/** The rows of a sheet as they come, with the cells that stand in them and nothing of those that do
 * not. The columns are those that have a header: whatever stands outside refuses the file. */
import { FileRefusal } from '../file-refusal.ts';
import { RichText } from './cell-text.ts';
import { type CellContext, cellText, type StoredCell } from './cell-value.ts';
import { openXml } from './read-xml.ts';
import { openCell } from './typed-cell.ts';
import { workbookRefusal } from './workbook-refusal.ts';

const ROWS_MAX = 1_048_576;
const COLUMNS_MAX = 16_384;
const VALUE_LENGTH_MAX = 65_536;
const HEADERS_MAX = 500;

/** A row that is not blank, and its number in the sheet; as many cells as there are headers. */
export interface SheetRow {
  readonly row: number;
  readonly cells: readonly string[];
}

/** The first row is the header: trimmed texts, none of them empty. Throws FileRefusal. */
export async function* readSheet(
  bytes: AsyncIterable<Uint8Array>,
  context: CellContext,
): AsyncGenerator<SheetRow[], void, undefined> {
  let rows: SheetRow[] = [];
  let headers: { row: number; count: number } | null = null;
  const parser = sheetParser(context, (row, cells) => {
    const last = cells.findLastIndex((cell) => cell.trim() !== '');
    if (last < 0) return;
    if (headers === null) {
      headers = { row, count: last + 1 };
      rows.push({ row, cells: headerCells(row, cells.slice(0, last + 1)) });
      return;
    }
    if (last >= headers.count) throw outside(row, last + 1, headers.row);
    const { length } = cells;
    cells.length = headers.count;
    if (length < headers.count) cells.fill('', length);
    rows.push({ row, cells });
  });
  const xml = openXml(parser);
  for await (const chunk of bytes) {
    xml.write(chunk);
    if (rows.length > 0) {
      yield rows;
      rows = [];
    }
  }
  xml.end();
  if (rows.length > 0) yield rows;
}

function headerCells(row: number, cells: readonly string[]): string[] {
  return cells.map((cell, index) => {
    const { kind, text } = openCell(cell);
    if (kind === 'error') {
      throw new FileRefusal(
        'header-unreadable',
        `The header of column ${index + 1} ${text}. Type it again.`,
        { row, column: index + 1 },
      );
    }
    if (text.trim() !== '') return text;
    throw new FileRefusal(
      'header-empty',
      `Column ${index + 1} has no header. Name it in row ${row}, which is the first one that is not empty (if the cell is merged with its neighbour, undo that), or delete the column.`,
      { row, column: index + 1 },
    );
  });
}

function sheetParser(
  context: CellContext,
  onRow: (row: number, cells: string[]) => void,
): Parameters<typeof openXml>[0] {
  const inline = new RichText();
  let row = 0;
  let column = 0;
  let cells: string[] = [];
  const isIn = { data: false, row: false, cell: false, inline: false, value: false };
  let stored = { type: 'n', style: 0, value: null as string | null, hasFormula: false };

  function openCellAt(attributes: Readonly<Record<string, string>>): void {
    const { r, t = 'n', s = '0' } = attributes;
    const at = r === undefined ? column + 1 : columnOf(r, row);
    if (at <= column) throw workbookRefusal('workbook-damaged');
    if (at > COLUMNS_MAX) throw workbookRefusal('workbook-damaged');
    column = at;
    stored = { type: t, style: Number(s), value: null, hasFormula: false };
    isIn.cell = true;
  }

  function closeCell(): void {
    isIn.cell = false;
    const text = cellText({ ...stored, inline: inline.take() } satisfies StoredCell, context);
    if (text === '') return;
    if (column > HEADERS_MAX) throw tooManyColumns(row);
    while (cells.length < column - 1) cells.push('');
    cells.push(text);
  }

  return {
    open(name, attributes) {
      if (isIn.cell) {
        if (name === 'v') {
          isIn.value = true;
          stored.value ??= '';
        } else if (name === 'f') stored.hasFormula = true;
        else if (name === 'is') isIn.inline = true;
        else if (isIn.inline) inline.open(name);
      } else if (isIn.row) {
        if (name === 'c') openCellAt(attributes);
      } else if (isIn.data) {
        if (name !== 'row') return;
        const next = attributes.r === undefined ? row + 1 : Number(attributes.r);
        if (!(Number.isInteger(next) && next > row && next <= ROWS_MAX)) {
          throw workbookRefusal('workbook-damaged');
        }
        row = next;
        column = 0;
        cells = [];
        isIn.row = true;
      } else if (name === 'sheetData') {
        if (row > 0) throw workbookRefusal('workbook-damaged');
        isIn.data = true;
      } else if (name === 'oleObject' || name === 'control') {
        throw workbookRefusal('workbook-objects');
      }
    },
    text(text) {
      if (isIn.value) {
        stored.value += text;
        if (stored.value!.length > VALUE_LENGTH_MAX) throw tooLong(row, column);
      } else if (isIn.inline) inline.text(text);
    },
    close(name) {
      if (isIn.value && name === 'v') isIn.value = false;
      else if (isIn.inline) {
        if (name === 'is') isIn.inline = false;
        else inline.close(name);
      } else if (isIn.cell) {
        if (name === 'c') closeCell();
      } else if (isIn.row) {
        if (name !== 'row') return;
        isIn.row = false;
        onRow(row, cells);
      } else if (name === 'sheetData') isIn.data = false;
    },
  };
}

/** The column of `C7`, from 1; it must stand in the row it stands in. */
function columnOf(reference: string, row: number): number {
  let column = 0;
  let at = 0;
  for (; at < reference.length && at < 4; at++) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = 26 * column + letter;
  }
  if (at === 0 || Number(reference.slice(at)) !== row) throw workbookRefusal('workbook-damaged');
  return column;
}

function outside(row: number, column: number, header: number): FileRefusal {
  return new FileRefusal(
    'outside-table',
    `Row ${row}, column ${column}: something stands outside the columns that have a header in row ${header}. Give the column a header or empty it; if row ${header} is a title, delete it.`,
    { row, column },
  );
}

function tooManyColumns(row: number): FileRefusal {
  return new FileRefusal(
    'too-many-columns',
    `Row ${row}: more than ${HEADERS_MAX} columns. Send only the columns that the procedures cover.`,
    { row },
  );
}

function tooLong(row: number, column: number): FileRefusal {
  return new FileRefusal(
    'cell-too-long',
    `Row ${row}, column ${column}: the cell is longer than ${VALUE_LENGTH_MAX} characters. Shorten it.`,
    { row, column },
  );
}
