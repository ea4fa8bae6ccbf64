/** Bytes in chunks of any size → text in blocks of one size, so that work and memory do not depend on the sender. */
import { isAscii } from 'node:buffer';
import { asBuffer, type Encoding, type Source, utf8Boundary } from './detect-encoding.ts';

/**
 * Yields the text without its byte order mark. `encoding` must come from `detectEncoding` on the same
 * bytes: nothing is validated here. Closing the generator closes the source.
 */
export async function* decodeBlocks(
  source: Source,
  encoding: Encoding,
  blockBytes: number,
): AsyncGenerator<string, void, undefined> {
  let first = true;
  for await (const block of blocks(source, blockBytes, encoding)) {
    const text = decode(block, encoding);
    yield first && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    first = false;
  }
}

async function* blocks(
  source: Source,
  size: number,
  encoding: Encoding,
): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of source()) {
    held.push(asBuffer(chunk));
    heldBytes += chunk.length;
    if (heldBytes < size) continue;
    const bytes = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held, heldBytes);
    let at = 0;
    while (bytes.length - at >= size) {
      const piece = bytes.subarray(at, at + size);
      const end = encoding === 'utf-8' ? utf8Boundary(piece) : piece.length;
      yield piece.subarray(0, end);
      at += end;
    }
    // A copy: the sender may reuse its chunk.
    held = at === bytes.length ? [] : [Buffer.from(bytes.subarray(at))];
    heldBytes = bytes.length - at;
  }
  if (heldBytes > 0) yield Buffer.concat(held, heldBytes);
}

function decode(block: Buffer, encoding: Encoding): string {
  if (isAscii(block)) return block.toString('latin1');
  if (encoding === 'utf-8') return block.toString('utf8');
  return block
    .toString('latin1')
    .replace(upperControls, (c) => windows1252[c.charCodeAt(0) - 0x80]!);
}

// The five bytes that Windows-1252 leaves free stay control characters, which headers and values refuse.
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const upperControls = /[\u0080-\u009f]/g;
