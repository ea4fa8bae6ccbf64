/** An answer that somebody takes only as far as they want: its socket is read no further until then. */
import { type IncomingMessage, request } from 'node:http';

export interface HeldStream {
  readonly status: number;
  /** As much as arrives, and whether it was all. */
  rest(): Promise<{ bytes: number; isWhole: boolean }>;
}

/** Sends the request and waits for the head of the answer and its first bytes. */
export function holdStream(
  url: string,
  token: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<HeldStream> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      answer.on('error', () => {});
      const held = { status: answer.statusCode!, rest: () => restOf(answer) };
      answer.once('readable', () => resolve(held));
    });
    sent.once('error', reject);
    sent.end();
  });
}

async function restOf(answer: IncomingMessage): Promise<{ bytes: number; isWhole: boolean }> {
  let bytes = 0;
  try {
    for await (const piece of answer) bytes += (piece as Buffer).length;
    return { bytes, isWhole: answer.complete };
  } catch {
    return { bytes, isWhole: false };
  }
}
