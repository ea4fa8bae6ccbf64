/** Rows as a table for people: columns padded, numbers to the right. */

export type Cell = string | number | boolean | null | undefined;

/** Lines of the table with `headings` first. Control characters are shown, never sent to a terminal. */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
): string[] {
  const lines = [headings, ...rows.map((row) => row.map(shown))];
  const widths = headings.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
  const isNumber = headings.map((_, i) => rows.length > 0 && rows.every((row) => isCount(row[i])));
  const text = lines.map((line) =>
    headings
      .map((_, i) => {
        const cell = line[i] ?? '';
        return isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [text[0]!, rule, ...text.slice(1)];
}

function isCount(cell: Cell): boolean {
  return typeof cell === 'number' || cell === null || cell === undefined;
}

/** What came from a file or a server must not steer the reader's terminal. */
function shown(cell: Cell): string {
  if (cell === null || cell === undefined) return '–';
  return printable(String(cell));
}

/** Text without control characters and without marks that reorder what is read. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
