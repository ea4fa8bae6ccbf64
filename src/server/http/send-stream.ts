/** Events onto the wire as they come, with a sign of life in between. Whoever does not take them is cut
 * off with an event that says so, and can go on from the last one that arrived. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { StreamAnswer } from '../domain/operation.ts';
import { Refusal } from '../fault.ts';
import type { HttpLimits } from './limits.ts';
import { securityHeaders } from './response-headers.ts';

/** A comment: no event, but something that a proxy and the reader's side of the connection see. */
const SIGN_OF_LIFE = ': \n\n';

export interface StreamParts {
  readonly request: string;
  readonly limits: Pick<HttpLimits, 'heartbeatMs' | 'streamBlockedMs' | 'streamGraceMs'>;
  /** Ends what makes the events. */
  readonly abort: AbortController;
  /** The server is about to stop. */
  readonly closing: AbortSignal;
}

/** Resolves when the stream has ended, whoever ended it. Rejects when its source failed; the connection
 * is cut then. */
export async function sendStream(
  response: ServerResponse,
  status: number,
  { stream, pieces, ending }: StreamAnswer,
  { request, limits, abort, closing }: StreamParts,
): Promise<void> {
  // Nothing else comes on this connection.
  response.shouldKeepAlive = false;
  const own = ['X-Request-Id', request, 'Content-Type', stream.mediaType];
  // For the one proxy that holds answers back unless told (nginx).
  const unbuffered = ['X-Accel-Buffering', 'no'];
  response.writeHead(status, securityHeaders(response.socket).concat(own, unbuffered));
  response.flushHeaders();
  const beating = setInterval(() => {
    if (!response.writableNeedDrain) response.write(SIGN_OF_LIFE);
  }, limits.heartbeatMs);
  const end = (last: string) => {
    clearInterval(beating);
    if (!response.writableEnded) response.end(last);
    abort.abort();
  };
  const stop = () => end(ending('server-stopping'));
  // Whoever does not even take what there was is not waited for.
  const cut = () => {
    if (response.writableNeedDrain) response.destroy();
  };
  if (pieces instanceof Readable) pieces.once('error', cut);
  closing.addEventListener('abort', stop);
  if (closing.aborted) stop();
  try {
    for await (const piece of pieces) {
      if (response.writableEnded || response.destroyed) break;
      if (response.write(piece) || (await isDrained(response, limits.streamBlockedMs))) continue;
      end(ending('slow-reader'));
    }
    if (!response.writableEnded) response.end();
    await isFinished(response, limits.streamGraceMs);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    end(ending('authority-ended', error.reasons));
    await isFinished(response, limits.streamGraceMs);
  } finally {
    clearInterval(beating);
    closing.removeEventListener('abort', stop);
    if (!response.writableFinished) response.destroy();
  }
}

/** Whether what was written has left, within `ms`; also when there is no more connection. */
function isDrained(response: ServerResponse, ms: number): Promise<boolean> {
  return happens(response, 'drain', ms);
}

function isFinished(response: ServerResponse, ms: number): Promise<boolean> {
  return response.writableFinished ? Promise.resolve(true) : happens(response, 'finish', ms);
}

function happens(response: ServerResponse, event: 'drain' | 'finish', ms: number) {
  return new Promise<boolean>((resolve) => {
    if (response.destroyed) return resolve(true);
    const settle = (value: boolean) => {
      clearTimeout(timer);
      response.removeListener(event, done);
      response.removeListener('close', done);
      resolve(value);
    };
    const done = () => settle(true);
    const timer = setTimeout(() => settle(false), ms);
    response.once(event, done);
    response.once('close', done);
  });
}
