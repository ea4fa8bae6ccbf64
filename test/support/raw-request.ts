/** Requests that no well-behaved client would send: any bytes under any type. */
import { type OperationId, operation } from '../../src/contract/operations.ts';
import type { Asked } from './api.ts';

export interface RawAsked extends Pick<Asked, 'params' | 'headers'> {
  /** As it stands behind the path, without `?`. */
  readonly query?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly type?: string;
}

export interface RawAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into problems of every shape
  readonly json: any;
  readonly text: string;
}

export async function askRaw(
  url: string,
  token: string | null,
  id: OperationId,
  asked: RawAsked = {},
): Promise<RawAnswer> {
  const { method, path } = operation(id);
  const { params = {}, query, body, type = 'application/json', headers } = asked;
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const response = await fetch(`${url}/api/v1${address}${query ? `?${query}` : ''}`, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': type }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, text, json: isJson ? JSON.parse(text) : undefined };
}
