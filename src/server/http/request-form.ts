/** Requests that a proxy and we could read in two ways (RFC 9112 §3, §6, §11.2). What Node.js lets
 * through of them is refused here, before anything is routed; the connection ends with it. */
import type { IncomingMessage } from 'node:http';

/** Of these a request has one, or a proxy and we might each believe another. */
const SINGLE = new Set([
  'authorization',
  'content-encoding',
  'content-type',
  'cookie',
  'host',
  'idempotency-key',
  'origin',
  'transfer-encoding',
  'worksmartly-purpose',
]);

/** Whether this request has more than one reading. Node.js has refused the rest: two lengths, a
 * length beside chunks, folded lines, bare line feeds, spaces before a colon. */
export function isAmbiguous(request: IncomingMessage): boolean {
  const { url = '', headers, httpVersionMajor, httpVersionMinor } = request;
  if (httpVersionMajor !== 1) return true;
  // Another host in the address itself, `*`, or a fragment, which no client sends.
  if (!url.startsWith('/') || url.startsWith('//') || url.includes('#')) return true;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (httpVersionMinor !== 1 || coding.toLowerCase() !== 'chunked')) {
    return true;
  }
  if (headers.host === undefined && httpVersionMinor === 1) return true;
  return repeats(request.rawHeaders);
}

function repeats(raw: readonly string[]): boolean {
  let seen: Set<string> | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    if (!SINGLE.has(name)) continue;
    seen ??= new Set();
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}
