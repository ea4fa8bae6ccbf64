/** The rows of a sheet as the CSV that the rest of an import reads: row numbers, blank rows and all.
 * Cells that are not just text keep their marks (`typed-cell.ts`). */
import type { SheetRow } from './read-sheet.ts';

/** Text in pieces of some kilobytes. */
export async function* sheetAsCsv(
  rows: AsyncIterable<readonly SheetRow[]>,
): AsyncGenerator<string, void, undefined> {
  let at = 1;
  for await (const some of rows) {
    let text = '';
    for (const { row, cells } of some) {
      if (row > at) text += '\n'.repeat(row - at);
      text += `${cells.map(quoted).join(',')}\n`;
      at = row + 1;
    }
    yield text;
  }
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
