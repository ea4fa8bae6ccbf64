/** Ready-made HTTP/1.1 requests, so that no time is spent on making them while something is measured. */

export interface RequestParts {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  path: string;
  token: string;
  /** JSON text, or a body with its own content type. */
  body?: string | { type: string; bytes: Buffer };
}

/** The bytes of one request. */
export function requestBytes({ method, path, token, body }: RequestParts): Buffer {
  const type = body === undefined || typeof body === 'string' ? 'application/json' : body.type;
  const bytes =
    body === undefined ? undefined : typeof body === 'string' ? Buffer.from(body) : body.bytes;
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    ...(bytes === undefined ? [] : [`content-type: ${type}`, `content-length: ${bytes.length}`]),
    '\r\n',
  ].join('\r\n');
  return bytes === undefined ? Buffer.from(head) : Buffer.concat([Buffer.from(head), bytes]);
}
