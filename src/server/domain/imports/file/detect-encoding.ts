/** Decides once, over the whole file, whether its bytes are UTF-8 or Windows-1252. */
import { isUtf8 } from 'node:buffer';
import { FileRefusal } from './file-refusal.ts';

export type Encoding = 'utf-8' | 'windows-1252';

/** A file that can be read from its first byte as often as asked. */
export type Source = () => AsyncIterable<Uint8Array>;

/**
 * Reads the whole source. Valid UTF-8 is UTF-8; anything else is Windows-1252, for every row of it:
 * to decide at the first bad byte would leave the rows before it misread. Throws `FileRefusal` for
 * an empty file, UTF-16, an Excel workbook, and bad bytes after a UTF-8 byte order mark.
 */
export async function detectEncoding(source: Source): Promise<Encoding> {
  let start = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let valid = true;
  for await (const chunk of source()) {
    if (chunk.length === 0) continue;
    const bytes = tail.length === 0 ? asBuffer(chunk) : Buffer.concat([tail, chunk]);
    if (start.length < startBytes) start = Buffer.concat([start, chunk]).subarray(0, startBytes);
    const end = utf8Boundary(bytes);
    if (!isUtf8(bytes.subarray(0, end))) {
      valid = false;
      break;
    }
    tail = Buffer.from(bytes.subarray(end));
  }
  refuseOtherFormats(start);
  if (valid && tail.length === 0) return 'utf-8';
  if (start.subarray(0, 3).equals(utf8Mark)) {
    throw new FileRefusal(
      'not-utf-8',
      'The file is marked as UTF-8 and holds bytes that are not UTF-8. Save it again as "CSV UTF-8".',
    );
  }
  return 'windows-1252';
}

/** Where a character that the bytes only begin starts, or their length: the bytes before are whole characters. */
export function utf8Boundary(bytes: Uint8Array): number {
  const floor = Math.max(0, bytes.length - 3);
  for (let i = bytes.length - 1; i >= floor; i--) {
    const byte = bytes[i] as number;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return i + length > bytes.length ? i : bytes.length;
  }
  return bytes.length;
}

export const asBuffer = (chunk: Uint8Array): Buffer =>
  Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

const startBytes = 512;
const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);

function refuseOtherFormats(start: Buffer): void {
  if (start.length === 0 || start.equals(utf8Mark)) {
    throw new FileRefusal('empty-file', 'The file is empty. Send a file with a header and rows.');
  }
  const mark = start.subarray(0, 4).toString('hex');
  if (mark.startsWith('fffe') || mark.startsWith('feff') || hasEveryOtherNul(start)) {
    throw new FileRefusal(
      'utf-16',
      'The file is UTF-16 ("Unicode text"). Save it again as "CSV UTF-8".',
    );
  }
  if (mark === '504b0304' || mark === 'd0cf11e0') {
    throw new FileRefusal(
      'not-csv',
      'The file is a workbook or an archive. Open it in the spreadsheet program and save it as "CSV UTF-8".',
    );
  }
}

function hasEveryOtherNul(start: Buffer): boolean {
  let even = 0;
  let odd = 0;
  for (const [index, byte] of start.entries()) {
    if (byte === 0) index % 2 === 0 ? even++ : odd++;
  }
  return start.length >= 4 && Math.max(even, odd) > start.length / 4;
}
