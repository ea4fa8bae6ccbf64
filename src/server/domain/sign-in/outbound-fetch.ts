/** Requests to identity providers that clients name: to public addresses only, unless the operator
 * lists the host; no redirect is followed, and nothing is waited for or read for long. Whoever names a
 * host must not be able to reach what is behind our walls (OWASP API7:2023). */
import { lookup } from 'node:dns';
import { type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { CustomFetch } from 'openid-client';

const BYTES_MAX = 512 * 1024;
const TIMEOUT_MS = 5_000;

/** `allowed`: hosts, with their port, that may have any address. */
export function outboundFetch(allowed: ReadonlySet<string>): CustomFetch {
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    const isAllowed = allowed.has(url.host);
    if (url.protocol !== 'https:' && !isAllowed) throw new Error('only https leaves this house');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!isAllowed && isIP(host) !== 0 && isPrivate(host)) throw new Error('a private address');
    const bytes = body == null ? null : Buffer.from(await new Response(body).arrayBuffer());
    const options = {
      method,
      headers: { ...headers, ...(bytes && { 'content-length': String(bytes.length) }) },
      timeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      agent: false,
      ...(!isAllowed && { lookup: publicLookup }),
    } satisfies RequestOptions;
    return exchange(url, options, bytes);
  };
}

function exchange(url: URL, options: RequestOptions, body: Buffer | null): Promise<Response> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > BYTES_MAX) outgoing.destroy(new Error('an answer that is too long'));
        else chunks.push(chunk);
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        const headers = new Headers();
        for (const [name, value] of Object.entries(incoming.headers)) {
          if (value !== undefined) headers.set(name, String(value));
        }
        const status = incoming.statusCode ?? 500;
        const isEmpty = status === 204 || status === 304;
        resolve(new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers }));
      });
    });
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.end(body ?? undefined);
  });
}

/** What the name means at the moment of connecting: a name that changes its mind gains nothing. */
const publicLookup: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '');
    if (found.length === 0 || found.some(({ address }) => isPrivate(address))) {
      return done(new Error('a private address'), '');
    }
    if (options.all) return done(null, found);
    done(null, found[0]!.address, found[0]!.family);
  });
};

const PRIVATE = new BlockList();
for (const network of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]) {
  const [base, bits] = network.split('/') as [string, string];
  PRIVATE.addSubnet(base, Number(bits), 'ipv4');
}
/** Of IPv6 only what is given out as public (2000::/3) is; less what holds other addresses or nobody. */
const PUBLIC6 = new BlockList();
PUBLIC6.addSubnet('2000::', 3, 'ipv6');
const HOLDING6 = new BlockList();
HOLDING6.addSubnet('2001::', 23, 'ipv6');
HOLDING6.addSubnet('2001:db8::', 32, 'ipv6');
HOLDING6.addSubnet('2002::', 16, 'ipv6');

export function isPrivate(address: string): boolean {
  if (isIP(address) === 4) return PRIVATE.check(address, 'ipv4');
  return !PUBLIC6.check(address, 'ipv6') || HOLDING6.check(address, 'ipv6');
}
