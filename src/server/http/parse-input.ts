/** A request's params, query and body against the contract → Input. It runs inside the gate, so that
 * what it refuses has an entry; it may run again when the gate decides again. */
import type { z } from 'zod';
import type { Operation } from '../../contract/operation.ts';
import { REASONS } from '../../contract/promises.ts';
import type { Input, Upload } from '../domain/operation.ts';
import { badInput, notFound, Refusal } from '../fault.ts';
import { readJson } from './read-json.ts';
import type { CallerHeaders } from './request-headers.ts';

/** A request as it came. `body` is a Refusal when it could not even be read. */
export interface Received {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: CallerHeaders;
  readonly body: Buffer | Refusal;
  readonly upload?: Upload;
  readonly accept?: string | undefined;
  readonly lastEventId?: string | undefined;
}

const FAULTS_MAX = 20;
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,79}$/;
const NO_QUERY: Readonly<Record<string, unknown>> = Object.freeze({});

/** The parse closure of one request: the first outcome, whichever it is, stands for all calls. */
export function inputParser(
  operation: Operation,
  received: Received,
  depthMax: number,
): () => Input {
  let outcome: Input | Refusal | undefined;
  return () => {
    outcome ??= attempt(operation, received, depthMax);
    if (outcome instanceof Refusal) throw outcome;
    return outcome;
  };
}

function attempt(operation: Operation, received: Received, depthMax: number): Input | Refusal {
  try {
    return parseInput(operation, received, depthMax);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function parseInput(operation: Operation, received: Received, depthMax: number): Input {
  const { headers, body, upload, accept, lastEventId } = received;
  const params = parseParams(operation, received.params);
  if (headers.isCrossSite) throw crossSite();
  if (headers.faults.length) throw badInput('A header cannot be used.', headers.faults);
  if (body instanceof Refusal) throw body;
  const query = parseQuery(operation, received.query);
  return {
    params,
    query,
    body: parseBody(operation, body, depthMax),
    ...(upload && { upload }),
    ...(accept !== undefined && { accept }),
    ...(lastEventId !== undefined && { lastEventId }),
  };
}

function crossSite(): Refusal {
  const { promise, sentence } = REASONS['cross-site'];
  return new Refusal(403, ['cross-site'], sentence, { promise });
}

/** A malformed id is answered like an unknown one; its entry says that the input was bad. */
function parseParams(operation: Operation, params: Received['params']): Input['params'] {
  if (!operation.params) return {};
  const parsed = operation.params.safeParse(params);
  if (parsed.success) return parsed.data as Input['params'];
  throw new Refusal(404, ['bad-input'], notFound().message);
}

function parseQuery(operation: Operation, query: Received['query']): Input['query'] {
  if (operation.query) {
    return checked(operation.query, query, 'query', 'The query cannot be used.') as Input['query'];
  }
  for (const _ in query) throw badInput('This operation takes no query.');
  return NO_QUERY;
}

/** An absent body is an empty object: whatever has a default may be left out. */
function parseBody(operation: Operation, bytes: Buffer, depthMax: number): unknown {
  const value = bytes.length === 0 ? {} : readJson(bytes, depthMax);
  if (operation.body) return checked(operation.body, value, 'body', 'The body cannot be used.');
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (!isEmpty || Array.isArray(value)) throw badInput('This operation takes no body.');
  return undefined;
}

function checked(schema: z.ZodType, value: unknown, at: string, detail: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badInput(
    detail,
    parsed.error.issues.slice(0, FAULTS_MAX).flatMap((issue) => faultsOf(issue, at)),
  );
}

/** Where and why, without the value; a key is named only if it looks like the name of something. */
function faultsOf(issue: z.core.$ZodIssue, root: string): { at: string; reason: string }[] {
  const at = [root, ...issue.path].map(shown).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, FAULTS_MAX)
      .map((key) => ({ at: `${at}.${shown(key)}`, reason: 'is not known here' }));
  }
  if (issue.code === 'invalid_key') return [{ at, reason: 'is not a name that is known here' }];
  return [{ at, reason: issue.message }];
}

function shown(key: PropertyKey): string {
  if (typeof key === 'number') return String(key);
  return typeof key === 'string' && NAME.test(key) ? key : '(key)';
}
