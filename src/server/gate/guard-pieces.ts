/** An answer that is still being made while it is sent: what goes wrong in it is recorded like anything
 * else that goes wrong after the entry, and nothing more is sent. */
import type { FileAnswer, StreamAnswer } from '../domain/operation.ts';

export function comesInPieces(body: unknown): body is FileAnswer | StreamAnswer {
  return typeof body === 'object' && body !== null && 'pieces' in body;
}

/** `failed` records and throws. A caller who goes away is no failure. */
export async function* guardPieces(
  pieces: AsyncIterable<string | Uint8Array>,
  failed: (error: unknown) => Promise<never>,
): AsyncGenerator<string | Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    await failed(error);
  }
}
