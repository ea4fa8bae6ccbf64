/** A certificate authority of the test's own, and certificates that it signs, made by openssl. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface IssuedCertificate {
  /** Paths of PEM files; the key is 0600. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** The authority's own certificate, as PEM and where it lies. */
  readonly ca: string;
  readonly caPath: string;
  /** For `localhost` and 127.0.0.1, for a day. */
  issue(): IssuedCertificate;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Its files, and those of what it issues, lie in `dir`. */
export function makeAuthority(dir: string): Authority {
  const caPath = join(dir, 'ca.crt');
  const caKey = join(dir, 'ca.key');
  const isAuthority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'];
  request(['-days', '2', '-subj', '/CN=Invented authority'], caKey, caPath, isAuthority);
  let issued = 0;
  return {
    ca: readFileSync(caPath, 'utf8'),
    caPath,
    issue() {
      issued++;
      const cert = join(dir, `${issued}.crt`);
      const key = join(dir, `${issued}.key`);
      const signed = ['-CA', caPath, '-CAkey', caKey, '-days', '1', '-subj', '/CN=localhost'];
      request(signed, key, cert, [
        'basicConstraints=critical,CA:FALSE',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
      ]);
      return { cert, key };
    },
  };
}

function request(how: string[], key: string, cert: string, extensions: string[]): void {
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  const args = ['req', '-x509', ...KEY, '-keyout', key, '-out', cert, ...how, ...added];
  const { status, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl: ${stderr || error}`);
  chmodSync(key, 0o600);
}
