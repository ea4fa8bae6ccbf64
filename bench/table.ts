/** The result for people (a table and what to know about it) and for machines (DESIGN §10). */
import type { Row } from './measure.ts';

/** `{"rows":[…]}` with exactly the keys of DESIGN §10. */
export function printJson(rows: readonly Row[]): string {
  return JSON.stringify({
    rows: rows.map((row) => ({
      name: row.name,
      size: row.size,
      unit: row.unit,
      better: row.better,
      worksmartly: rounded(row.worksmartly),
      bare: rounded(row.bare),
      ratio: rounded(row.ratio),
      must: row.must,
      aim: row.aim,
      noise: rounded(row.noise),
      met: row.met,
    })),
  });
}

const headings = [
  'figure',
  'size',
  'unit',
  'WorkSmartly',
  'bare',
  'ratio',
  'must',
  'aim',
  'noise',
  'met',
];

/** A Markdown table: readable in a terminal, and fit for a document. */
export function printTable(rows: readonly Row[]): string {
  const lines = [headings, ...rows.map(cells)];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const line = (texts: string[]): string =>
    `| ${texts.map((text, column) => padded(text, widths[column] ?? 0, column)).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column < 1 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(headings), rule, ...lines.slice(1).map(line)].join('\n');
}

/** One row for whoever waits for the table. */
export function printRow(row: Row): string {
  const [name, , unit, worksmartly, bare, ratio, must, , , met] = cells(row);
  return `${name}: ${worksmartly} ${unit} / ${bare} = ${ratio} (must ${must}: ${met})`;
}

/** What a reader must know to judge the figures. */
export const legend = `Bare is the same server, driver, token look-up, validation and answer bytes on indexed plaintext
tables, with one audit row committed per request in the round trip of its statement.
Ratio = WorkSmartly / bare. Ratios above 1 in throughput come from batching: WorkSmartly commits the
ledger entries of waiting requests together, which bare lacks by definition. They do not mean that
sealing is free.
Report days and search terms change from request to request, so that no kept result is measured.
Both sides run in turn on the same machine and PostgreSQL; the load clients run in the bench's own
process, each server in one of its own. 100 clients against 1, and many clients against 10, compare
WorkSmartly with itself: the column of bare holds the figure with the fewer clients. Noise is half
the spread of the rounds' ratios; met is "?" where noise spans the must.`;

function cells(row: Row): string[] {
  const bound = row.better === 'lower' ? '≤ ' : '≥ ';
  const limit = (value: number | null): string => (value === null ? '–' : bound + value);
  return [
    row.name,
    row.size.toLocaleString('en-US'),
    row.unit,
    figure(row.worksmartly),
    figure(row.bare),
    row.ratio === null ? '–' : row.ratio.toFixed(2),
    limit(row.must),
    limit(row.aim),
    row.noise === null ? '–' : `±${(row.noise * 100).toFixed(0)} %`,
    row.must === null ? '–' : row.met === null ? '?' : row.met ? 'yes' : 'NO',
  ];
}

function figure(value: number | null): string {
  if (value === null) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(5));
}

function padded(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
