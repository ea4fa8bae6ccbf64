/** What the server offers in TLS: forward secrecy and authenticated encryption only. */
import { constants } from 'node:crypto';
import type { TlsOptions } from 'node:tls';

const TLS_1_3 = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
];
const TLS_1_2 = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
];

export interface TlsContext {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  readonly min: 'TLSv1.2' | 'TLSv1.3';
}

/** For `createServer` and, after a change of the files, `setSecureContext`. */
export function tlsOptions({ cert, key, min }: TlsContext) {
  return {
    cert,
    key,
    minVersion: min,
    maxVersion: 'TLSv1.3',
    ciphers: [...TLS_1_3, ...(min === 'TLSv1.2' ? TLS_1_2 : [])].join(':'),
    honorCipherOrder: true,
    // The first is safe from quantum computers; clients that do not know it take the next.
    ecdhCurve: 'X25519MLKEM768:X25519:P-256:P-384',
    // A ticket's key would open recorded connections for as long as this process lives.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  } satisfies TlsOptions;
}
