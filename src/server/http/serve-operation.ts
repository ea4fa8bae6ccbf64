/** One call: headers and body in, through the gate, answer or problem out. Nothing here answers in
 * the gate's place, except what has no entry by design: no token, no such address, too many calls. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../contract/operation.ts';
import { failureEvent } from '../failure-event.ts';
import { Refusal } from '../fault.ts';
import { askGate } from './ask-gate.ts';
import { callerAddress } from './caller-address.ts';
import type { Exchange, ServeParts } from './exchange.ts';
import { problemOf, timeoutProblem } from './problem.ts';
import { type Body, discardRest, readJsonBytes } from './read-body.ts';
import { readCallerHeaders } from './request-headers.ts';
import { sendProblem } from './send.ts';
import { sendAnswer } from './send-answer.ts';

const EMPTY = Buffer.alloc(0);
const MULTIPART = /^multipart\/form-data *;/i;

/**
 * Serves one call of `operation` and always answers it, unless the caller has gone. `unreadable`
 * says that the framework already knows the body to be unusable.
 */
export async function serveOperation(
  parts: ServeParts,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  unreadable: Refusal | null = null,
): Promise<void> {
  reply.hijack();
  const exchange = openExchange(parts, operation, request, reply);
  try {
    await converse(exchange, unreadable);
  } catch (error) {
    sendFailure(exchange, error);
  } finally {
    discardRest(request.raw, parts.limits);
  }
}

function openExchange(
  parts: ServeParts,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
): Exchange {
  const response = reply.raw;
  const abort = new AbortController();
  const started = performance.now();
  const reasons: string[] = [];
  response.once('close', () => {
    const isWhole = response.writableFinished;
    if (!isWhole) abort.abort();
    const status = isWhole ? response.statusCode : null;
    const ms = performance.now() - started;
    parts.onAnswered({ request: request.id, operation: operation.id, status, ms, reasons });
  });
  const { address, fault } = callerAddress(request.raw, parts.isProxy);
  const read = readCallerHeaders(operation, request.raw.headers, parts.site);
  const caller = fault ? { ...read, faults: [...read.faults, fault] } : read;
  return { ...parts, operation, request, response, caller, address, abort, reasons };
}

async function converse(exchange: Exchange, unreadable: Refusal | null): Promise<void> {
  const { rate, caller, request, response, operation } = exchange;
  const isOpen = operation.ledger === null;
  // Behind a proxy many callers share its address, but not what it says of them.
  const address = exchange.address ?? request.ip;
  const standing = isOpen ? rate.admitOpen(address) : rate.admit(caller.token, address);
  if (standing === 'too-many') throw tooMany();
  const body = unreadable ?? (await bodyOf(exchange));
  if (body === null) return;
  const timer = startTimer(exchange);
  try {
    const answer = await askGate(exchange, body);
    if (standing === 'unproven' && !isOpen) rate.succeeded(caller.token!);
    if (response.headersSent || response.destroyed) return;
    clearTimeout(timer);
    await sendAnswer(exchange, answer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isOpen) throw error;
    if (error.status !== 401) rate.succeeded(caller.token!);
    else if (!rate.failed(caller.token, address)) throw tooMany();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Of a caller who shows no token nothing is read, and little of one who signs in. */
function bodyOf({ operation, caller, request, limits }: Exchange): Promise<Body> | Body {
  if (operation.ledger === null && operation.method !== 'GET') {
    return readJsonBytes(request.raw, { ...limits, bodyBytesMax: limits.openBodyBytesMax });
  }
  if (operation.method === 'GET' || !caller.token) return EMPTY;
  if (operation.accepts !== 'multipart') return readJsonBytes(request.raw, limits);
  if (MULTIPART.test(request.headers['content-type'] ?? '')) return EMPTY;
  return new Refusal(415, ['bad-input'], 'Send the body as multipart/form-data.');
}

/** An upload has the time that the whole request has. */
function startTimer(exchange: Exchange): NodeJS.Timeout | undefined {
  const { operation, request, response, limits, log, abort } = exchange;
  if (operation.accepts === 'multipart') return undefined;
  return setTimeout(() => {
    abort.abort();
    log({ event: 'answer-timeout', request: request.id, operation: operation.id });
    if (!response.headersSent) sendProblem(response, timeoutProblem(request.id), request.id);
  }, limits.answerTimeoutMs);
}

function sendFailure(exchange: Exchange, error: unknown): void {
  const { operation, request, response, log, onUncounted } = exchange;
  if (error instanceof Refusal) exchange.reasons.push(...error.reasons);
  if (!(error instanceof Refusal)) {
    if (!isGone(error)) log(failureEvent(error, request.id, operation.id));
  } else if (error.status === 401) onUncounted('unauthenticated');
  else if (error.status === 429) onUncounted('too-many-requests');
  if (response.writableEnded) return;
  if (response.headersSent) response.destroy();
  else if (!response.destroyed) sendProblem(response, problemOf(error, request.id), request.id);
}

/** The caller went away in the middle; nobody is left to be told. */
function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') || error.name === 'AbortError'
  );
}

function tooMany(): Refusal {
  return new Refusal(429, ['too-many-requests'], 'Too many requests. Wait a second.');
}
