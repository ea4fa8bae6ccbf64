/** An answer's bytes into a file that appears only when it is whole. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CommandError } from './command.ts';

/** Writes to `path` with mode 0600 and resolves with the number of bytes; leaves nothing on failure. */
export async function saveBody(
  response: Response,
  path: string,
  received: (bytes: number) => void,
): Promise<number> {
  const partial = `${path}.${process.pid}.partial`;
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      received(bytes);
      yield chunk;
    }
  }
  try {
    await pipeline(counted(), createWriteStream(partial, { mode: 0o600, flags: 'wx' }));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(`${path} could not be written: ${code ?? 'the answer broke off'}`, {
      cause: error,
    });
  }
  return bytes;
}
