/** A CSV file's bytes → its headers and its rows in batches, in memory bounded by a block and a row. */
import { checkHeaders } from './check-headers.ts';
import { decodeBlocks } from './decode-blocks.ts';
import { detectDelimiter } from './detect-delimiter.ts';
import { detectEncoding, type Encoding, type Source } from './detect-encoding.ts';
import { FileRefusal } from './file-refusal.ts';
import { type Delimiter, scanRows } from './scan-rows.ts';

const rowsMax = 1_000_000;

/** `numbers[i]` is the row of `rows[i]` in the spreadsheet: the header is row 1, blank rows count. */
export interface RowBatch {
  rows: string[][];
  numbers: number[];
}

/** Every row of `batches` has as many cells as there are headers. Read them to the end, or `return()` them. */
export interface CsvFile {
  encoding: Encoding;
  delimiter: Delimiter;
  headers: string[];
  batches: AsyncGenerator<RowBatch, void, undefined>;
}

export interface CsvOptions {
  /** What `detectEncoding` said of the same bytes; saves reading them twice. */
  encoding?: Encoding;
  delimiter?: Delimiter;
  rowsMax?: number;
  /** Bytes scanned at a time, 16 or more. */
  blockBytes?: number;
}

/**
 * Opens a file and reads its header. Cells are trimmed strings. Throws `FileRefusal`, here for the
 * file and its header, and from `batches` for the row that has the fault; rows handed on before it
 * must not be kept.
 */
export async function parseCsv(source: Source, options: CsvOptions = {}): Promise<CsvFile> {
  const encoding = options.encoding ?? (await detectEncoding(source));
  const steps = readTable(source, encoding, options);
  const first = await steps.next();
  if (first.done || !('headers' in first.value)) throw noRows();
  const { headers, delimiter } = first.value;
  return { encoding, delimiter, headers, batches: steps as CsvFile['batches'] };
}

/** First the header, then the batches. */
async function* readTable(
  source: Source,
  encoding: Encoding,
  options: CsvOptions,
): AsyncGenerator<RowBatch | { headers: string[]; delimiter: Delimiter }, void, undefined> {
  const most = options.rowsMax ?? rowsMax;
  let delimiter = options.delimiter;
  let headers: string[] | undefined;
  let batch: RowBatch = { rows: [], numbers: [] };
  let count = 0;

  const onRow = (cells: string[], row: number): void => {
    if (headers === undefined) {
      headers = checkHeaders(cells, row);
      return;
    }
    if (cells.length !== headers.length) throw raggedRow(row, cells.length, headers.length);
    if (++count > most) throw tooManyRows(row, most);
    batch.rows.push(cells);
    batch.numbers.push(row);
  };

  let rest = '';
  let row = 1;
  let announced = false;
  for await (const { text, last } of withLast(
    decodeBlocks(source, encoding, blockBytes(options)),
  )) {
    const whole = rest + text;
    const nul = whole.indexOf('\0');
    delimiter ??= detectDelimiter(
      whole.slice(0, sampleLength),
      last && whole.length <= sampleLength,
    );
    const readable = nul < 0 ? whole : whole.slice(0, nul);
    const end = scanRows(readable, row, delimiter, last && nul < 0, onRow);
    row = end.row;
    if (nul >= 0) throw nulByte(row);
    rest = whole.slice(end.at);
    if (headers !== undefined && !announced) {
      announced = true;
      yield { headers, delimiter };
    }
    if (batch.rows.length > 0) {
      yield batch;
      batch = { rows: [], numbers: [] };
    }
  }
  if (count === 0) throw noRows();
}

const sampleLength = 65_536;
const blockBytes = (options: CsvOptions): number => Math.max(16, options.blockBytes ?? 65_536);

async function* withLast(
  texts: AsyncIterable<string>,
): AsyncGenerator<{ text: string; last: boolean }, void, undefined> {
  let held: string | undefined;
  for await (const text of texts) {
    if (held !== undefined) yield { text: held, last: false };
    held = text;
  }
  yield { text: held ?? '', last: true };
}

function raggedRow(row: number, cells: number, headers: number): FileRefusal {
  return new FileRefusal(
    'ragged-row',
    `Row ${row} has ${cells} cells where the header has ${headers}. Quote the cells that hold the delimiter or a line break, or fill the row up.`,
    { row },
  );
}

function tooManyRows(row: number, most: number): FileRefusal {
  return new FileRefusal(
    'too-many-rows',
    `Row ${row}: the file has more than ${most} rows. Send it in parts.`,
    { row },
  );
}

function nulByte(row: number): FileRefusal {
  return new FileRefusal(
    'nul-byte',
    `Row ${row} holds a NUL byte. Save the file again as "CSV UTF-8".`,
    { row },
  );
}

function noRows(): FileRefusal {
  return new FileRefusal('no-rows', 'The file has a header and no rows. Send a file with rows.');
}
