/** Refuses a header row that a mapping could not name columns by. */
import { FileRefusal } from './file-refusal.ts';

const headerLengthMax = 200;

/**
 * Headers in NFC and trimmed, in the file's order. Throws `FileRefusal` naming the position, and the
 * header where it can be shown.
 */
export function checkHeaders(cells: string[], row: number): string[] {
  const positions = new Map<string, number>();
  return cells.map((cell, index) => {
    const column = index + 1;
    const place = { row, column };
    const header = cell.normalize('NFC').trim();
    if (header === '') {
      throw new FileRefusal(
        'header-empty',
        `Column ${column} has no header. Name it in row ${row}, or delete the column.`,
        place,
      );
    }
    if (header.length > headerLengthMax) {
      throw new FileRefusal(
        'header-too-long',
        `The header of column ${column} is longer than ${headerLengthMax} characters. Shorten it; if it is not a header, put a header row first.`,
        place,
      );
    }
    if (unreadable.test(header)) {
      throw new FileRefusal(
        'header-unreadable',
        `The header of column ${column} holds a line break, a control or a direction character. Type it again.`,
        place,
      );
    }
    const first = positions.get(header);
    if (first !== undefined) {
      throw new FileRefusal(
        'header-repeated',
        `Columns ${first} and ${column} have the same header "${header}". Give each its own.`,
        place,
      );
    }
    positions.set(header, column);
    return header;
  });
}

const unreadable = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
