/** A multipart/form-data body that is read from disk while it is sent. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CommandError } from './command.ts';

export interface MultipartBody {
  readonly type: string;
  readonly stream: ReadableStream<Uint8Array>;
}

/** The files as parts of these names, in this order; `sent` is told the bytes of files sent so far. */
export async function multipartBody(
  files: Readonly<Record<string, string>>,
  sent: (bytes: number, total: number) => void = () => {},
): Promise<MultipartBody> {
  let total = 0;
  for (const path of Object.values(files)) total += await sizeOf(path);
  const boundary = `worksmartly-${randomBytes(16).toString('hex')}`;
  const pieces = piecesOf(files, boundary, (bytes) => sent(bytes, total));
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    stream: ReadableStream.from(pieces),
  };
}

async function* piecesOf(
  files: Readonly<Record<string, string>>,
  boundary: string,
  sent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for (const [name, path] of Object.entries(files)) {
    yield Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName(path)}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    );
    for await (const chunk of createReadStream(path)) {
      yield chunk as Buffer;
      bytes += (chunk as Buffer).length;
      sent(bytes);
    }
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw new CommandError(`cannot read ${path}`, { cause: error });
  }
}

/** The server needs no name; a header must not be ended by one. */
function fileName(path: string): string {
  return basename(path).replaceAll(/[^\w.-]/g, '_');
}
