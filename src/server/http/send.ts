/** Answers onto the wire, past every layer that would copy or inspect them again. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Problem } from './problem.ts';
import { securityHeaders } from './response-headers.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Whatever comes in pieces. */
export type Pieces = AsyncIterable<string | Uint8Array>;

export function isPieces(body: unknown): body is Pieces {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** Sends `body` as JSON; bytes are sent as they are, for whoever has the JSON already. */
export function sendJson(
  response: ServerResponse,
  status: number,
  request: string,
  body: unknown,
): void {
  const text = body instanceof Uint8Array ? body : JSON.stringify(body);
  sendWhole(response, status, request, JSON_TYPE, text);
}

export function sendProblem(
  response: ServerResponse,
  problem: Problem,
  request: string,
  more: readonly string[] = [],
): void {
  const { status } = problem;
  // Until the body has been thrown away (`discardRest`), which ends the connection if that is wanted.
  if (!response.req.complete) response.shouldKeepAlive = true;
  const extra = [...more];
  if (status === 401) extra.push('WWW-Authenticate', 'Bearer');
  if (status === 429 || status === 503) extra.push('Retry-After', '1');
  sendWhole(response, status, request, PROBLEM_TYPE, JSON.stringify(problem), extra);
}

export function sendEmpty(
  response: ServerResponse,
  status: number,
  request: string,
  extra: readonly string[] = [],
): void {
  const own = ['X-Request-Id', request, ...extra];
  response.writeHead(status, [...securityHeaders(response.socket), ...own]);
  response.end();
}

export function sendWhole(
  response: ServerResponse,
  status: number,
  request: string,
  type: string,
  body: string | Uint8Array,
  extra: readonly string[] = [],
): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  const own = ['X-Request-Id', request, 'Content-Type', type, 'Content-Length', String(length)];
  response.writeHead(status, securityHeaders(response.socket).concat(own, extra));
  response.end(body);
}

/**
 * Sends pieces as they come, no faster than the caller takes them. A source that fails after the
 * first piece cuts the connection: half an answer must not look like a whole one. Rejects then.
 */
export async function sendPieces(
  response: ServerResponse,
  status: number,
  request: string,
  type: string,
  pieces: Pieces,
  extra: readonly string[] = [],
): Promise<void> {
  const own = ['X-Request-Id', request, 'Content-Type', type];
  response.writeHead(status, securityHeaders(response.socket).concat(own, extra));
  await pipeline(pieces instanceof Readable ? pieces : Readable.from(pieces), response);
}
