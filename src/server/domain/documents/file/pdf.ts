/** PDF (ISO 32000): its beginning and its end, and nothing that acts by itself: scripts, programs to be
 * launched, files inside the file, forms that send. What cannot be looked into is refused. This is no
 * virus scanner: it finds what a careless file holds, not all that a cunning one can hide. */
import { FileFault } from './file-fault.ts';
import type { Inspector } from './inspector.ts';
import { nameSearch } from './pdf-names.ts';
import { objectStreamSearch } from './pdf-object-streams.ts';

const HEADER = /^%PDF-(?:1\.[0-7]|2\.0)[\r\n\t ]/;
const TRAILER = /startxref\s+(\d{1,10})\s+%%EOF[\s\0]*$/;
const HEADER_BYTES = 16;
const TAIL_BYTES = 2048;

export function inspectPdf(): Inspector {
  const names = nameSearch();
  const streams = objectStreamSearch();
  let size = 0;
  let head = '';
  let tail = '';
  return {
    push(bytes) {
      const text = bytes.toString('latin1');
      size += bytes.length;
      if (head.length < HEADER_BYTES) head += text.slice(0, HEADER_BYTES - head.length);
      tail = (tail + text.slice(-TAIL_BYTES)).slice(-TAIL_BYTES);
      names.push(text);
      streams.push(text);
    },
    end() {
      names.end();
      streams.end();
      if (!HEADER.test(head)) throw new FileFault('does not begin as a PDF does');
      const offset = TRAILER.exec(tail)?.[1];
      if (offset === undefined || Number(offset) >= size) {
        throw new FileFault('does not end as a PDF does');
      }
    },
  };
}
