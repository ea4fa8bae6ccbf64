/**
 * Rows to CSV text as an export would write them: RFC 4180 quoting with a chosen delimiter, and
 * every line ended by CR LF.
 */

export interface Column<Row> {
  header: string;
  cell: (row: Row) => string;
}

/** A header line, then one line per row; a cell is quoted only where it has to be. */
export function csvText<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  delimiter: ',' | ';',
): string {
  const lines = [columns.map((column) => quoted(column.header, delimiter)).join(delimiter)];
  for (const row of rows) {
    lines.push(columns.map((column) => quoted(column.cell(row), delimiter)).join(delimiter));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function quoted(cell: string, delimiter: string): string {
  const plain = !cell.includes(delimiter) && !cell.includes('"') && !/[\r\n]/u.test(cell);
  return plain ? cell : `"${cell.replaceAll('"', '""')}"`;
}
