/** A certificate and its key, as the operator put them down, checked before they are used. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { readSecretFile } from './secret-file.ts';

export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

export interface TlsPair {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Throws a sentence that says what is wrong with which file, and nothing of what is in it. */
export function readTlsPair(paths: TlsPaths, now: number): TlsPair {
  const key = readSecretFile(paths.key);
  const { cert, leaf } = readCertificate(paths.cert);
  const expiresAt = Date.parse(leaf.validTo);
  if (expiresAt <= now) throw new Error(`${paths.cert} has expired`);
  if (Date.parse(leaf.validFrom) > now) throw new Error(`${paths.cert} is not valid yet`);
  if (!isKeyOf(leaf, key)) throw new Error(`${paths.key} is not the key of ${paths.cert}`);
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new Error(`${paths.cert} cannot be used: a certificate in it is damaged or too weak`);
  }
  return { cert, key, expiresAt };
}

/** Changes whenever one of the files was replaced, or is gone. */
export function tlsIdentity({ cert, key }: TlsPaths): string {
  return [cert, key].map(identityOf).join(' ');
}

function identityOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.dev}:${stats.ino}:${stats.mtimeNs}:${stats.size}` : 'gone';
}

function readCertificate(path: string): { cert: string; leaf: X509Certificate } {
  try {
    const cert = readFileSync(path, 'utf8');
    return { cert, leaf: new X509Certificate(cert) };
  } catch {
    throw new Error(`${path} holds no certificate (PEM), or cannot be read`);
  }
}

function isKeyOf(leaf: X509Certificate, key: string): boolean {
  try {
    return leaf.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
