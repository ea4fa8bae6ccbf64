/** DATABASE_URL → how to connect. Only what is known to be safe is understood: a database on another
 * machine is reached over TLS with its certificate and name verified, or not at all. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConnectionConfig } from './database.ts';

/** What can be said of a URL without repeating any of it. */
type Parsed = { readonly connection: ConnectionConfig } | { readonly fault: string };

const PARAMETERS = new Set(['sslmode', 'sslrootcert', 'host']);
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/**
 * `postgresql://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?sslmode=verify-full&sslrootcert=FILE]`, or with
 * the directory of a unix socket as HOST (percent-encoded) or in `?host=`. Modes are libpq's; of those
 * that encrypt only verify-full is accepted, because all others talk to whoever answers. Without
 * sslrootcert the authorities that Node.js knows are trusted.
 */
export function parseDatabaseUrl(text: string): Parsed {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    return { fault: 'must be a URL that begins with postgresql://' };
  }
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.has(name))
      return { fault: 'takes the parameters sslmode, sslrootcert and host' };
  }
  const host = decoded(url.searchParams.get('host') ?? url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const database = decoded(url.pathname.slice(1));
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (!host || !user || !database) return { fault: 'must name a host, a user and a database' };
  const port = url.port === '' ? 5432 : Number(url.port);
  const named = { host, port, user, database, ...(password && { password }) };
  const mode = url.searchParams.get('sslmode');
  if (host.startsWith('/')) {
    if (mode === null || mode === 'disable') return { connection: { ...named, ssl: false } };
    return { fault: 'names a unix socket, which knows no sslmode' };
  }
  if (mode === 'verify-full') return verified(named, url.searchParams.get('sslrootcert'));
  if (mode !== null && mode !== 'disable') {
    return { fault: 'must say sslmode=verify-full: every other mode trusts whoever answers' };
  }
  if (LOOPBACK.test(host)) return { connection: { ...named, ssl: false } };
  return { fault: 'names another machine, so it must say sslmode=verify-full' };
}

function verified(named: ConnectionConfig, rootCertificate: string | null): Parsed {
  const ssl = { minVersion: 'TLSv1.2', rejectUnauthorized: true } as const;
  if (rootCertificate === null) return { connection: { ...named, ssl } };
  try {
    const ca = readFileSync(rootCertificate, 'utf8');
    new X509Certificate(ca);
    return { connection: { ...named, ssl: { ...ssl, ca } } };
  } catch {
    return { fault: 'names a file in sslrootcert that holds no certificate, or cannot be read' };
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
