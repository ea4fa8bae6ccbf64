/** The bytes of a request's body, as far as the limits allow; what is too much is never kept. */
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../fault.ts';
import type { HttpLimits } from './limits.ts';

/** The bytes, or the Refusal that they earned; null when the caller went away meanwhile. */
export type Body = Buffer | Refusal | null;

const EMPTY = Buffer.alloc(0);
const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?$/i;

/** Whether the request announces a body. */
function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined) return true;
  return headers['content-length'] !== undefined && headers['content-length'] !== '0';
}

/** Reads a JSON body's bytes. A wrong type, a compressed body and one above the limit are Refusals. */
export async function readJsonBytes(request: IncomingMessage, limits: HttpLimits): Promise<Body> {
  if (!hasBody(request)) return EMPTY;
  const { headers } = request;
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
    return new Refusal(415, ['bad-input'], 'Send the body as application/json in UTF-8.');
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    return new Refusal(415, ['bad-input'], 'Send the body without compression.');
  }
  if (Number(headers['content-length'] ?? 0) > limits.bodyBytesMax) return tooLarge(limits);
  return readAll(request, limits);
}

/**
 * Throws away what is left of a body that is not wanted, so that the caller can finish sending and
 * read the answer; past the limits the connection is cut.
 */
export function discardRest(request: IncomingMessage, limits: HttpLimits): void {
  if (request.complete || request.destroyed) return;
  let left = limits.discardBytesMax;
  const timer = setTimeout(() => request.destroy(), limits.discardMs).unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => {
    clearTimeout(timer);
    if (wantsClose(request)) request.socket.end();
  });
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.on('error', () => {});
  request.unpipe();
  request.resume();
}

/** Node.js would close under a caller who asked for that and is still sending: the answer would be lost. */
function wantsClose({ headers, httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  if (httpVersionMajor === 1 && httpVersionMinor === 0) return true;
  return /\bclose\b/i.test(headers.connection ?? '');
}

function readAll(request: IncomingMessage, limits: HttpLimits): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(
      () => finish(new Refusal(408, ['bad-input'], 'The body took too long to arrive.')),
      limits.bodyTimeoutMs,
    );
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limits.bodyBytesMax) finish(tooLarge(limits));
      else chunks.push(chunk);
    };
    const onEnd = (): void => finish(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    const onGone = (): void => finish(null);
    function finish(body: Body): void {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      if (body instanceof Refusal) request.pause();
      resolve(body);
    }
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

function tooLarge(limits: HttpLimits): Refusal {
  return new Refusal(413, ['bad-input'], `The body is larger than ${limits.bodyBytesMax} bytes.`);
}
