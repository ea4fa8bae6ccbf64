/** Why a file as a whole cannot be imported. It names places and headers, never a cell's value. */

/** Every reason a file is refused before its mapping is looked at. */
export type FileRefusalCode =
  | 'empty-file'
  | 'no-rows'
  | 'not-csv'
  | 'utf-16'
  | 'not-utf-8'
  | 'nul-byte'
  | 'header-empty'
  | 'header-repeated'
  | 'header-too-long'
  | 'header-unreadable'
  | 'too-many-columns'
  | 'too-many-rows'
  | 'cell-too-long'
  | 'row-too-long'
  | 'ragged-row'
  | 'quote-not-closed'
  | 'text-after-quote'
  | 'outside-table'
  | 'no-such-sheet'
  | 'no-sheet'
  | 'not-a-workbook'
  | 'old-workbook'
  | 'binary-workbook'
  | 'workbook-damaged'
  | 'workbook-encrypted'
  | 'workbook-macros'
  | 'workbook-links'
  | 'workbook-objects'
  | 'workbook-names'
  | 'workbook-overlaps'
  | 'workbook-too-large'
  | 'workbook-doctype'
  | 'workbook-not-utf-8'
  | 'too-many-strings'
  | 'too-many-sheets'
  | 'too-many-formats';

/**
 * Thrown for a file that cannot be read as a table. `row` is the spreadsheet's row number, the header
 * being row 1; `column` counts from 1; both are null where the fault has no place. `message` says
 * what, where and how to put it right, and may be shown to whoever sent the file.
 */
export class FileRefusal extends Error {
  readonly code: FileRefusalCode;
  readonly row: number | null;
  readonly column: number | null;

  constructor(
    code: FileRefusalCode,
    message: string,
    place: { row?: number; column?: number } = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'FileRefusal';
    this.code = code;
    this.row = place.row ?? null;
    this.column = place.column ?? null;
  }
}
