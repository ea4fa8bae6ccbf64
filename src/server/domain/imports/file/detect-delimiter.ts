/** Finds the delimiter of a CSV file from its first rows. */
import { FileRefusal } from './file-refusal.ts';
import { type Delimiter, scanRows } from './scan-rows.ts';

/**
 * The delimiter whose columns are many and the same in every row of `sample`, the file's beginning
 * (`whole`: all of it); a comma where none divides the header. A faulty row makes a candidate
 * weaker, not impossible: the scanner proper names the fault.
 */
export function detectDelimiter(sample: string, whole: boolean): Delimiter {
  let best: { delimiter: Delimiter; even: number; columns: number } | undefined;
  for (const delimiter of candidates) {
    const widths = columnWidths(sample, delimiter, whole);
    const columns = widths[0] ?? 0;
    if (columns < 2) continue;
    const even = widths.filter((width) => width === columns).length / widths.length;
    if (!best || even > best.even || (even === best.even && columns > best.columns)) {
      best = { delimiter, even, columns };
    }
  }
  return best?.delimiter ?? ',';
}

const candidates: Delimiter[] = [',', ';', '\t', '|'];

function columnWidths(sample: string, delimiter: Delimiter, whole: boolean): number[] {
  const widths: number[] = [];
  try {
    const rest = scanRows(sample, 1, delimiter, whole, (cells) => widths.push(cells.length));
    // A header longer than the sample is still evidence.
    if (widths.length === 0 && !whole) {
      scanRows(sample.slice(rest.at), 1, delimiter, true, (cells) => widths.push(cells.length));
    }
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error;
    widths.push(error.code === 'too-many-columns' ? Number.MAX_SAFE_INTEGER : 0);
  }
  return widths;
}
