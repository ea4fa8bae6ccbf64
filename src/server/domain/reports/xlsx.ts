/** A table as a workbook of two sheets: the figures, and what they are. Text is always text: nothing is
 * a formula, whatever it begins with. Numbers are numbers, days are days. */
import writeWorkbook, { type Cell, type SheetData } from 'write-excel-file/node';
import type { ReportCell, ReportColumn } from '../../readmodel/reports/report.ts';

const FORMATS: Readonly<Record<ReportColumn['type'], string | undefined>> = {
  text: undefined,
  date: undefined,
  count: '0',
  percent: '0.0',
  decimal: '0.0##',
  money: '#,##0.00',
};
const DAY_FORMAT = 'yyyy-mm-dd';
const TIME_FORMAT = 'yyyy-mm-dd hh:mm';
/** What Excel takes in one cell. */
const TEXT_MAX = 32_767;

export async function toXlsx(
  columns: readonly ReportColumn[],
  rows: readonly (readonly ReportCell[])[],
  about: readonly (readonly [string, string | number | Date])[],
): Promise<Buffer> {
  const header = columns.map(({ label }): Cell => ({ ...textCell(label), fontWeight: 'bold' }));
  const figures: SheetData = [
    header,
    ...rows.map((row) => row.map((cell, i) => cellOf(cell, columns[i]!.type))),
  ];
  const said: SheetData = about.map(([name, value]) => [
    { ...textCell(name), fontWeight: 'bold' },
    aboutCell(value),
  ]);
  const workbook = writeWorkbook([
    {
      data: figures,
      sheet: 'Report',
      stickyRowsCount: 1,
      columns: columns.map(({ type }) => ({ width: type === 'text' ? 30 : 16 })),
    },
    { data: said, sheet: 'About', columns: [{ width: 28 }, { width: 90 }] },
  ]);
  return workbook.toBuffer();
}

function cellOf(cell: ReportCell, type: ReportColumn['type']): Cell {
  if (cell === null) return null;
  if (type === 'date' && /^\d{4}-\d\d-\d\d$/.test(String(cell))) {
    return { value: new Date(`${cell}T00:00:00Z`), type: Date, format: DAY_FORMAT };
  }
  if (type === 'text' || type === 'date') return textCell(String(cell));
  const format = FORMATS[type];
  return { value: Number(cell), type: Number, ...(format && { format }) };
}

function aboutCell(value: string | number | Date): Cell {
  if (value instanceof Date) {
    const isDay = value.getTime() % 86_400_000 === 0;
    return { value, type: Date, format: isDay ? DAY_FORMAT : TIME_FORMAT };
  }
  if (typeof value === 'number') return { value, type: Number, format: '0' };
  return { ...textCell(value), wrap: true };
}

/** Without what XML cannot hold. */
function textCell(text: string): { value: string; type: StringConstructor; format: string } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const clean = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, '\uFFFD');
  return { value: clean.toWellFormed().slice(0, TEXT_MAX), type: String, format: '@' };
}
