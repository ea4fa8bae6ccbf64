/** The two cookies, as they come and go. `__Host-`: of this host alone, over TLS (or on localhost),
 * for every path, so that no neighbour can plant one (RFC 6265bis §4.1.3). */
import type { ServerResponse } from 'node:http';
import type { Answer, Cookie } from '../domain/operation.ts';

const NAMES: Readonly<Record<Cookie['name'], string>> = {
  session: '__Host-worksmartly',
  oidc: '__Host-worksmartly-oidc',
};

/** The way back from an identity provider comes from another site; nothing else may. */
const SAME_SITE: Readonly<Record<Cookie['name'], string>> = { session: 'Strict', oidc: 'Lax' };

const VALUE = /^[A-Za-z0-9_-]{1,4000}$/;

/** The value of a cookie; null when there is none, or two: then one of them is not ours. */
export function cookieOf(header: string | undefined, name: Cookie['name']): string | null {
  if (header === undefined) return null;
  const start = `${NAMES[name]}=`;
  const found = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start));
  const value = found.length === 1 ? found[0]!.slice(start.length) : '';
  return VALUE.test(value) ? value : null;
}

/** Before the head is written. Whoever signs out leaves nothing in the browser. */
export function setCookies(response: ServerResponse, { cookies = [] }: Answer): void {
  if (cookies.length === 0) return;
  response.setHeader('Set-Cookie', cookies.map(line));
  if (cookies.some(({ name, value }) => name === 'session' && value === null)) {
    response.setHeader('Clear-Site-Data', '"cache", "storage"');
  }
}

function line({ name, value, seconds }: Cookie): string {
  const age = value === null ? 0 : seconds;
  const rules = `Path=/; Secure; HttpOnly; SameSite=${SAME_SITE[name]}; Max-Age=${age}`;
  return `${NAMES[name]}=${value ?? ''}; ${rules}`;
}
