/** Tables as CSV (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe. */

const FORMULA = /^[=+\-@\t\r]/;

/** The lines of a table, header first; null is an empty cell. */
export function toCsv(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return [header, ...rows].map(csvLine).join('');
}

export function csvLine(row: readonly (string | number | null)[]): string {
  return `${row.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
