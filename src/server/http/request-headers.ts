/** What the request's headers say. A header that cannot be used is refused inside the gate, where
 * the refusal gets its entry. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from '../../contract/operation.ts';
import { purpose as purposeSchema } from '../../contract/schemas.ts';
import type { Site } from '../house.ts';
import { cookieOf } from './cookies.ts';

const PURPOSES: ReadonlySet<string> = new Set(purposeSchema.options);
const BEARER = /^Bearer +([!-~]{1,200})$/i;
const PRINTABLE = /^[ -~]{1,200}$/;

export interface CallerHeaders {
  /** A bearer token; or, without an Authorization header, the secret of the session's cookie. */
  readonly token: string | null;
  /** The cookie of a sign-in by OIDC that is under way. */
  readonly pending: string | null;
  /** A page that is not ours had a browser send a write that our cookie would carry. */
  readonly isCrossSite: boolean;
  readonly purpose: string | null;
  readonly idempotencyKey: string | null;
  readonly faults: readonly { at: string; reason: string }[];
}

const NO_FAULTS: CallerHeaders['faults'] = [];

/** Values that are at fault are null: nothing that a caller made up gets into an entry. */
export function readCallerHeaders(
  operation: Operation,
  headers: IncomingHttpHeaders,
  site: Site,
): CallerHeaders {
  const bearer = headers.authorization === undefined ? null : bearerOf(headers.authorization);
  const isBearer = headers.authorization !== undefined;
  const token = isBearer ? bearer : cookieOf(headers.cookie, 'session');
  let faults = NO_FAULTS;
  let purpose: string | null = null;
  const asked = headers['worksmartly-purpose'];
  if (asked !== undefined && operation.purpose !== null) {
    if (typeof asked === 'string' && PURPOSES.has(asked)) purpose = asked;
    else
      faults = [
        { at: 'header.WorkSmartly-Purpose', reason: `must be ${[...PURPOSES].join(', ')}` },
      ];
  }
  let idempotencyKey: string | null = null;
  const key = headers['idempotency-key'];
  if (key !== undefined && operation.repeatable) {
    if (typeof key === 'string' && PRINTABLE.test(key)) idempotencyKey = key;
    else
      faults = [
        ...faults,
        { at: 'header.Idempotency-Key', reason: 'must be 1 to 200 printable characters' },
      ];
  }
  const pending = operation.ledger === null ? cookieOf(headers.cookie, 'oidc') : null;
  const isCrossSite =
    operation.method !== 'GET' && !isBearer && isFromElsewhere(headers, site, token !== null);
  return { token, pending, isCrossSite, purpose, idempotencyKey, faults };
}

/** A session's secret is good in its cookie only: there the browser guards it. */
function bearerOf(header: string): string | null {
  const token = BEARER.exec(header)?.[1] ?? null;
  return token?.startsWith('wss_') ? null : token;
}

/** Browsers name the page that a write comes from. Whoever names none has no cookie of a browser's,
 * unless the browser says that the page is ours. */
function isFromElsewhere(headers: IncomingHttpHeaders, site: Site, hasCookie: boolean): boolean {
  const { origin } = headers;
  const fetched = headers['sec-fetch-site'];
  if (fetched !== undefined && fetched !== 'same-origin') return true;
  if (origin !== undefined) return origin !== site.origin || site.origin === '';
  return hasCookie && fetched !== 'same-origin';
}
