/** Calls operations for set-up; what is measured goes another way. */
import { type OperationId, operation } from '../../src/contract/operations.ts';

export interface CallParts {
  port: number;
  token: string;
  params?: Record<string, string>;
  body?: object;
}

/** The answer's JSON. Throws with status and body unless the call succeeded. */
export async function call(
  id: OperationId,
  { port, token, params = {}, body }: CallParts,
): Promise<Record<string, unknown>> {
  const { method, path } = operation(id);
  const address = path.replace(/\{(\w+)\}/gu, (_, name: string) => params[name] ?? '');
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1${address}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${id}: ${answer.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
