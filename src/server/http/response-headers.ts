/** The headers of every answer, errors included: an API that no page may frame, sniff, cache or embed. */

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
  ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains; preload'],
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

/** Names and values in turn, as `writeHead` takes them fastest. */
export const SECURITY_HEADERS: readonly string[] = FIXED.flat();

/** The same as lines, for a connection whose request could not be read. */
export const SECURITY_HEADER_LINES = FIXED.map(([name, value]) => `${name}: ${value}\r\n`).join('');
