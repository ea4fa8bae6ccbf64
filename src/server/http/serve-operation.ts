/** One call: headers and body in, through the gate, answer or problem out. Nothing here answers in
 * the gate's place, except what has no entry by design: no token, no such address, too many calls. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../contract/operation.ts';
import type { Answer } from '../domain/operation.ts';
import { Refusal } from '../fault.ts';
import type { Gate } from '../gate/run.ts';
import type { LogEvent } from '../house.ts';
import type { CallerRate } from './caller-rate.ts';
import { failureEvent } from './failure-event.ts';
import type { HttpLimits } from './limits.ts';
import { inputParser } from './parse-input.ts';
import { problemOf, timeoutProblem } from './problem.ts';
import { type Body, discardRest, readJsonBytes } from './read-body.ts';
import { type CallerHeaders, readCallerHeaders } from './request-headers.ts';
import { sendProblem } from './send.ts';
import { sendAnswer } from './send-answer.ts';
import { openUpload } from './upload.ts';

export type Uncounted = 'unauthenticated' | 'no-route' | 'too-many-requests';

export interface ServeParts {
  readonly gate: Gate;
  readonly log: (event: LogEvent) => void;
  readonly limits: HttpLimits;
  readonly rate: CallerRate;
  readonly onUncounted: (kind: Uncounted) => void;
}

const EMPTY = Buffer.alloc(0);
const MULTIPART = /^multipart\/form-data *;/i;

/**
 * Serves one call of `operation` and always answers it. `unreadable` says that the framework already
 * knows the body to be unusable.
 */
export async function serveOperation(
  parts: ServeParts,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  unreadable: Refusal | null = null,
): Promise<void> {
  reply.hijack();
  const response = reply.raw;
  const abort = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) abort.abort();
  });
  const { headers } = request.raw;
  const caller = readCallerHeaders(operation, headers);
  const address = request.ip;
  let timer: NodeJS.Timeout | undefined;
  try {
    if (!parts.rate.admit(caller.token, address)) throw tooMany();
    const body = unreadable ?? (await bodyOf(parts, operation, request, caller));
    if (body === null) return;
    const isUpload = operation.accepts === 'multipart' && !(body instanceof Refusal);
    if (!isUpload) {
      timer = setTimeout(() => {
        abort.abort();
        parts.log({ event: 'answer-timeout', request: request.id, operation: operation.id });
        if (!response.headersSent) sendProblem(response, timeoutProblem(request.id), request.id);
      }, parts.limits.answerTimeoutMs);
    }
    const answer = await callGate(parts, operation, request, caller, body, abort.signal);
    clearTimeout(timer);
    if (response.headersSent || response.destroyed) return;
    await sendAnswer(response, request.id, operation, answer);
  } catch (error) {
    clearTimeout(timer);
    fail(parts, operation, request, reply, error);
  } finally {
    discardRest(request.raw, parts.limits);
  }
}

/** Nothing is read for a caller who shows no token. */
function bodyOf(
  parts: ServeParts,
  operation: Operation,
  request: FastifyRequest,
  caller: CallerHeaders,
): Promise<Body> | Body {
  if (operation.method === 'GET' || !caller.token) return EMPTY;
  if (operation.accepts !== 'multipart') return readJsonBytes(request.raw, parts.limits);
  if (MULTIPART.test(request.headers['content-type'] ?? '')) return EMPTY;
  return new Refusal(415, ['bad-input'], 'Send the body as multipart/form-data.');
}

async function callGate(
  parts: ServeParts,
  operation: Operation,
  request: FastifyRequest,
  caller: CallerHeaders,
  body: Buffer | Refusal,
  signal: AbortSignal,
): Promise<Answer> {
  const { gate, limits, rate } = parts;
  const { token } = caller;
  const params = request.params as Record<string, string>;
  const isUpload = operation.accepts === 'multipart' && !(body instanceof Refusal);
  const received = {
    params,
    query: request.query as Record<string, unknown>,
    headers: caller,
    body,
    accept: request.headers.accept,
    ...(isUpload && { upload: openUpload(uploadParts(request, limits), limits) }),
  };
  const parse = inputParser(operation, received, limits.jsonDepthMax);
  const { purpose, idempotencyKey } = caller;
  try {
    const answer = await gate.run({
      operation,
      token,
      params,
      parse,
      purpose,
      idempotencyKey,
      signal,
    });
    rate.succeeded(token!);
    return answer;
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      if (!rate.failed(token, request.ip)) throw tooMany();
    } else if (token && error instanceof Refusal) {
      rate.succeeded(token);
    }
    throw error;
  }
}

/** Nothing of the body is read before the first part is asked for. */
async function* uploadParts(request: FastifyRequest, limits: HttpLimits) {
  const { uploadFileBytesMax, uploadMappingBytesMax, uploadPartsMax } = limits;
  yield* request.parts({
    limits: {
      parts: uploadPartsMax,
      // One byte more than allowed, so that our own count finds it and says which part it was.
      fileSize: uploadFileBytesMax + 1,
      fieldSize: uploadMappingBytesMax,
      fieldNameSize: 100,
      headerPairs: 20,
    },
  });
}

function fail(
  parts: ServeParts,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): void {
  const response = reply.raw;
  if (error instanceof Refusal) {
    if (error.status === 401) parts.onUncounted('unauthenticated');
    if (error.status === 429) parts.onUncounted('too-many-requests');
  } else if (!isGone(error)) {
    parts.log(failureEvent(error, request.id, operation.id));
  }
  if (response.writableEnded) return;
  if (response.headersSent) response.destroy();
  else if (!response.destroyed) sendProblem(response, problemOf(error, request.id), request.id);
}

/** The caller went away in the middle; nobody is left to be told. */
function isGone(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || name === 'AbortError';
}

function tooMany(): Refusal {
  return new Refusal(429, ['too-many-requests'], 'Too many requests. Wait a second.');
}
