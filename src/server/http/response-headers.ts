/** The headers of every answer, errors included: an API that no page may frame, sniff, cache or embed. */
import type { Socket } from 'node:net';

const DENIED = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'microphone',
];

const FIXED = [
  ['Cache-Control', 'no-store'],
  [
    'Content-Security-Policy',
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  ],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Permissions-Policy', [...DENIED, 'payment', 'usb'].map((name) => `${name}=()`).join(', ')],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Embedder-Policy', 'require-corp'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
] as const;

const HSTS = ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains; preload'] as const;

/** Names and values in turn, as `writeHead` takes them fastest. */
const PLAIN: readonly string[] = FIXED.flat();
const ENCRYPTED: readonly string[] = [...PLAIN, ...HSTS];

/** HTTP must not say the one about TLS (RFC 6797 §7.2). */
export function securityHeaders(socket: Socket | null): readonly string[] {
  return isEncrypted(socket) ? ENCRYPTED : PLAIN;
}

/** The same as lines, for a connection whose request could not be read. */
export function securityHeaderLines(socket: Socket): string {
  const pairs = isEncrypted(socket) ? [...FIXED, HSTS] : FIXED;
  return pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

function isEncrypted(socket: Socket | null): boolean {
  return socket !== null && 'encrypted' in socket && socket.encrypted === true;
}
