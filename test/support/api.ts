/** Calls operations of a running server over HTTP, as any outsider would. */
import { type OperationId, operation } from '../../src/contract/operations.ts';

export interface Asked {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** A session's cookie, shown as a page of ours would, instead of the token. */
  readonly cookie?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

/** The answer whatever its status; `token` null calls without one. */
export async function ask(
  url: string,
  token: string | null,
  id: OperationId,
  asked: Asked = {},
): Promise<Answered> {
  const { method, path } = operation(id);
  let address = path;
  for (const [name, value] of Object.entries(asked.params ?? {})) {
    address = address.replace(`{${name}}`, encodeURIComponent(value));
  }
  const query = new URLSearchParams(asked.query).toString();
  const isForm = asked.body instanceof FormData;
  const response = await fetch(`${url}/api/v1${address}${query ? `?${query}` : ''}`, {
    method,
    headers: {
      ...(token !== null && !asked.cookie && { authorization: `Bearer ${token}` }),
      ...(asked.cookie && { cookie: asked.cookie, origin: originOf(url) }),
      ...(asked.body !== undefined && !isForm && { 'content-type': 'application/json' }),
      ...asked.headers,
    },
    ...(asked.body !== undefined && {
      body: isForm ? (asked.body as FormData) : JSON.stringify(asked.body),
    }),
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/** Where a server of tests believes its pages to be. */
export function originOf(url: string): string {
  return `http://localhost:${new URL(url).port}`;
}

/** Like `ask`, but throws unless the call succeeded; gives the body. */
export async function must(
  url: string,
  token: string,
  id: OperationId,
  asked: Asked = {},
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
): Promise<any> {
  const answered = await ask(url, token, id, asked);
  if (answered.status >= 300) throw new Error(`${id}: ${answered.status} ${answered.text}`);
  return answered.json ?? answered.text;
}
