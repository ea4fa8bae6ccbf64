/** What an error looks like to the caller (RFC 9457). Nothing of the inside is in it, and nothing of
 * what the caller sent; every 404 about things is byte for byte the same. */
import type { z } from 'zod';
import type { problem } from '../../contract/schemas.ts';
import { Fault, Refusal } from '../fault.ts';

export type Problem = z.infer<typeof problem>;

const KINDS: Readonly<Record<number, readonly [slug: string, title: string]>> = {
  400: ['bad-input', 'The request cannot be used'],
  401: ['not-authenticated', 'Sign in first'],
  403: ['refused', 'A promise forbids this'],
  404: ['not-found', 'Not found'],
  405: ['wrong-method', 'This address does not know the method'],
  408: ['too-slow', 'The request took too long to arrive'],
  409: ['conflict', 'The present state does not allow this'],
  413: ['too-large', 'The request is too large'],
  415: ['wrong-type', 'The type of the body is not accepted'],
  417: ['bad-input', 'The request cannot be used'],
  422: ['not-usable', 'The request cannot be carried out'],
  429: ['too-many-requests', 'Too many requests'],
  431: ['too-large', 'The headers are too large'],
  500: ['failed', 'The server failed'],
  503: ['unavailable', 'The server cannot answer now'],
};

/** Faults of the ledger: nothing is answered while it cannot be written. */
const NOT_NOW = new Set([
  'ledger-busy',
  'ledger-closed',
  'ledger-unwritable',
  'clock-behind',
  'clock-ahead',
]);

const NOT_FOUND: Problem = problemWith(404, {
  detail: 'There is no such thing here.',
  reasons: ['not-found'],
});

export const NO_ROUTE: Problem = problemWith(404, {
  detail: 'There is no such address. /api/v1/openapi.json lists all that exist.',
  reasons: ['no-route'],
});

/** Like `NO_ROUTE` it says nothing about what exists. */
export const WRONG_METHOD: Problem = problemWith(405, {
  detail: 'This address does not know the method. /api/v1/openapi.json lists those that exist.',
  reasons: ['no-route'],
});

export const NOT_READY: Problem = problemWith(503, {
  detail: 'This server takes no requests now.',
  reasons: ['not-ready'],
});

/** The problem for whatever was thrown. `request` is its id, under which the log has the rest. */
export function problemOf(error: unknown, request: string): Problem {
  if (error instanceof Refusal) return refusalProblem(error, request);
  if (error instanceof Fault && NOT_NOW.has(error.code)) {
    const reason = error.code === 'ledger-closed' ? error.message : error.code;
    const detail = 'The access could not be recorded, so nothing was answered.';
    return problemWith(503, { detail, promise: 'everything-recorded', reasons: [reason], request });
  }
  return problemWith(500, {
    detail: 'Nothing was answered. Name the request id to support.',
    request,
  });
}

/** For an answer that did not begin in time. */
export function timeoutProblem(request: string): Problem {
  return problemWith(503, { detail: 'The answer took too long.', reasons: ['timeout'], request });
}

export function problemWith(
  status: number,
  rest: Omit<Problem, 'type' | 'title' | 'status'>,
): Problem {
  const [slug, title] = KINDS[status] ?? KINDS[status < 500 ? 400 : 500]!;
  return { type: `urn:worksmartly:problem:${slug}`, title, status, ...rest };
}

function refusalProblem(refusal: Refusal, request: string): Problem {
  const { status, message, promise, reasons, faults } = refusal;
  if (status === 404) return NOT_FOUND;
  return problemWith(status, {
    detail: message,
    ...(promise && { promise }),
    reasons: [...reasons],
    ...(faults?.length && { faults: [...faults] }),
    request,
  });
}
