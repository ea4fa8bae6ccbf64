/** The typed client: an operation's address, method and headers come from the operation table. */
import type { z } from 'zod';
import type { Operation, Purpose } from '../contract/operation.ts';
import { type OPERATIONS, type OperationId, operation } from '../contract/operations.ts';
import type { problem } from '../contract/schemas.ts';
import { CommandError, UsageError } from './command.ts';
import type { Connection } from './connection.ts';

export type Problem = z.infer<typeof problem>;

/** The server refused or failed, and said so. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(answered: Problem) {
    super(answered.detail ?? answered.title);
    this.name = 'ProblemError';
    this.problem = answered;
  }
}

export interface CallOptions {
  readonly params?: Readonly<Record<string, string>>;
  /** A name with several values is sent several times. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly purpose?: Purpose | string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly accept?: string | undefined;
  /** A multipart body instead of JSON. */
  readonly upload?: { readonly type: string; readonly stream: ReadableStream<Uint8Array> };
}

type AnswerOf<Id extends OperationId> = Extract<
  (typeof OPERATIONS)[number],
  { id: Id }
>['answers'] extends infer Answers
  ? Answers extends z.ZodType
    ? z.output<Answers>
    : string
  : never;

/** Calls an operation and reads its whole answer. Throws ProblemError, or CommandError without a server. */
export async function callOperation<Id extends OperationId>(
  connection: Connection,
  id: Id,
  options: CallOptions = {},
): Promise<AnswerOf<Id>> {
  const response = await openCall(connection, operation(id), options);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return (isJson ? JSON.parse(text) : text) as AnswerOf<Id>;
}

/** Calls an operation and leaves its answer to be read. Throws like `callOperation`. */
export async function openCall(
  connection: Connection,
  called: Operation,
  options: CallOptions = {},
): Promise<Response> {
  const { body, upload } = options;
  const request: RequestInit & { duplex?: 'half' } = {
    method: called.method,
    headers: headersOf(connection, options),
    redirect: 'error',
    ...(upload ? { body: upload.stream, duplex: 'half' } : {}),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  const address = connection.base + pathOf(called, options) + queryOf(options);
  let response: Response;
  try {
    response = await fetch(address, request);
  } catch (error) {
    throw new CommandError(`no answer from ${connection.base}: ${causeOf(error)}`, {
      cause: error,
    });
  }
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return response;
}

function headersOf(connection: Connection, options: CallOptions): Record<string, string> {
  const { body, upload, purpose, idempotencyKey, accept } = options;
  return {
    Authorization: `Bearer ${connection.token}`,
    ...(accept && { Accept: accept }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...(upload && { 'Content-Type': upload.type }),
    ...(purpose && { 'WorkSmartly-Purpose': purpose }),
    ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
  };
}

/** The path with its parameters; throws UsageError when one is missing or would change the path. */
function pathOf({ path, id }: Operation, { params = {} }: CallOptions): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (!value) throw new UsageError(`${id} needs the parameter ${name}`);
    if (value === '.' || value === '..') throw new UsageError(`${name} cannot be ${value}`);
    return encodeURIComponent(value);
  });
}

function queryOf({ query = {} }: CallOptions): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
  }
  return search.size > 0 ? `?${search}` : '';
}

async function problemIn(response: Response): Promise<Problem> {
  const { status, headers } = response;
  const text = await response.text();
  if (headers.get('content-type')?.startsWith('application/problem+json')) {
    return JSON.parse(text) as Problem;
  }
  return { type: 'about:blank', title: `The server answered ${status}`, status };
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return code ?? inner ?? message;
}
