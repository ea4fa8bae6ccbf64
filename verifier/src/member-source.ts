// The bytes of one bundle member, pulled piece by piece: from a file as they are, or inflated; never more than was declared.
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { ByteSource } from './block-source.ts';
import { VerificationError } from './verification-error.ts';

/** A source that holds something open until it is closed. */
export interface OpenSource extends ByteSource {
  close(): Promise<void>;
}

const PIECE_BYTES = 1 << 18;

/** Bytes `start` … `start + length − 1` of a file that others own. */
export function fileSource(file: FileHandle, start: number, length: number): OpenSource {
  let at = 0;
  return {
    read: async (into) => {
      const wanted = Math.min(into.length, length - at);
      if (wanted === 0) return 0;
      const { bytesRead } = await file.read(into, 0, wanted, start + at);
      if (bytesRead === 0) throw differs('a file became shorter');
      at += bytesRead;
      return bytesRead;
    },
    close: async () => {},
  };
}

/** A whole file of its own. */
export async function ownFileSource(path: string, size: number): Promise<OpenSource> {
  const file = await open(path);
  return { ...fileSource(file, 0, size), close: () => file.close() };
}

/** The raw deflate stream of `packed`, which must unpack to exactly `size` bytes. */
export function inflatedSource(packed: ByteSource, size: number): OpenSource {
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  const input = Readable.from(piecesOf(packed), { objectMode: false, highWaterMark: PIECE_BYTES });
  input.on('error', (error) => inflate.destroy(error));
  const output = input.pipe(inflate)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let piece: Buffer = Buffer.alloc(0);
  let total = 0;
  return {
    read: async (into) => {
      if (piece.length === 0) {
        const next = await output.next().catch((cause) => {
          throw differs('a member does not unpack', { cause });
        });
        if (next.done) {
          if (total !== size) throw differs('a member is shorter than it says');
          return 0;
        }
        piece = next.value;
        total += piece.length;
        if (total > size) throw differs('a member is longer than it says');
      }
      const copied = piece.copy(into);
      piece = piece.subarray(copied);
      return copied;
    },
    close: async () => {
      input.destroy();
      inflate.destroy();
    },
  };
}

/** The same bytes; at their end their CRC-32 must be `crc`. */
export function checkedSource(source: OpenSource, crc: number): OpenSource {
  let found = 0;
  return {
    read: async (into) => {
      const read = await source.read(into);
      found = crc32(into.subarray(0, read), found);
      if (read === 0 && found !== crc) throw differs('a member has another CRC than it says');
      return read;
    },
    close: source.close,
  };
}

/** All bytes of a source that gives `size`, and closes it. */
export async function readWhole(source: OpenSource, size: number): Promise<Buffer> {
  try {
    // One byte of room beyond the end makes the source say that it has ended.
    const bytes = Buffer.alloc(size + 1);
    let filled = 0;
    for (let read = -1; read !== 0; filled += read)
      read = await source.read(bytes.subarray(filled));
    return bytes.subarray(0, filled);
  } finally {
    await source.close();
  }
}

async function* piecesOf(source: ByteSource): AsyncGenerator<Buffer> {
  for (;;) {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    const read = await source.read(piece);
    if (read === 0) return;
    yield piece.subarray(0, read);
  }
}

function differs(detail: string, options?: ErrorOptions): VerificationError {
  return new VerificationError('digest-differs', `bundle: ${detail}`, options);
}
