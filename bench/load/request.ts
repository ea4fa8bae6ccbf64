/** Ready-made HTTP/1.1 requests, so that no time is spent on making them while something is measured. */

export interface RequestParts {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  path: string;
  token: string;
  /** JSON text, or a body with its own content type. */
  body?: string | { type: string; bytes: Buffer };
}

/** The bytes of one request. */
export function requestBytes(parts: RequestParts): Buffer {
  const { body } = parts;
  if (body === undefined) return requestHead(parts);
  const type = typeof body === 'string' ? 'application/json' : body.type;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body.bytes;
  return Buffer.concat([requestHead(parts, type, bytes.length), bytes]);
}

/** The head alone, for a body of `length` bytes that follows. */
export function requestHead(
  { method, path, token }: RequestParts,
  type?: string,
  length = 0,
): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    ...(type === undefined ? [] : [`content-type: ${type}`, `content-length: ${length}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}
