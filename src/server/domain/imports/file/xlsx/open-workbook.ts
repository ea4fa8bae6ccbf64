/** A workbook → the rows of one of its sheets. Everything it holds besides is inert or refuses it. */
import { openZip } from './open-zip.ts';
import type { RandomAccess } from './random-access.ts';
import { readSheet, type SheetRow } from './read-sheet.ts';
import { readStrings } from './read-strings.ts';
import { readStyles } from './read-styles.ts';
import { chooseSheets, readWorkbookParts } from './workbook-parts.ts';
import { workbookRefusal } from './workbook-refusal.ts';

const SHEET_BYTES = 2048 * 1024 * 1024;

/** Yields the header first and then the rows, some at a time, as `readSheet` does. `sheet` is a name;
 * without one, it is the first visible sheet that has a header. Throws FileRefusal. */
export async function* openWorkbook(
  file: RandomAccess,
  sheet?: string,
): AsyncGenerator<SheetRow[], void, undefined> {
  const zip = await openZip(file);
  const parts = await readWorkbookParts(zip);
  const sheets = chooseSheets(parts, sheet);
  const styles = await readStyles(zip, parts.styles);
  const strings = await readStrings(zip, parts.strings);
  const context = { strings, styles, is1904: parts.is1904 };
  for (const { part } of sheets) {
    let hasHeader = false;
    for await (const rows of readSheet(zip.read(part, SHEET_BYTES), context)) {
      hasHeader = true;
      yield rows;
    }
    if (hasHeader) return;
  }
  throw workbookRefusal('no-sheet');
}

/** Whether these first bytes are those of a zip, as every workbook is one. Throws FileRefusal for the
 * workbooks that are something else. */
export function isZip(start: Uint8Array): boolean {
  const mark = Buffer.from(start.subarray(0, 4)).toString('hex');
  if (mark === 'd0cf11e0') throw workbookRefusal('old-workbook');
  return mark === '504b0304' || mark === '504b0506';
}
