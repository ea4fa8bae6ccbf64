/** A passkey's public key in two forms: COSE (RFC 9052), as authenticators hand it out, and
 * SubjectPublicKeyInfo, as the ledger keeps it. */
import { createPublicKey } from 'node:crypto';
import { decodeCredentialPublicKey, isoCBOR } from '@simplewebauthn/server/helpers';

/** COSE algorithms that are accepted, the preferred one first: EdDSA, ES256, RS256. */
export const ALGORITHMS = [-8, -7, -257];

const RSA_BITS_MIN = 2048;

/** SubjectPublicKeyInfo (DER), base64url, of a COSE key. Throws on one that is none of ours. */
export function spkiOf(cose: Uint8Array<ArrayBuffer>): string {
  const key = decodeCredentialPublicKey(cose) as unknown as Map<number, unknown>;
  const text = (label: number) => Buffer.from(key.get(label) as Uint8Array).toString('base64url');
  const jwk = jwkOf(key.get(1), key.get(3), text);
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const { modulusLength = RSA_BITS_MIN } = publicKey.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_BITS_MIN) throw new TypeError('an RSA key that is too short');
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
}

/** The COSE key of SubjectPublicKeyInfo (DER), base64url. */
export function coseOf(spki: string): Uint8Array<ArrayBuffer> {
  const der = Buffer.from(spki, 'base64url');
  const jwk = createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ format: 'jwk' });
  const bytes = (value: string | undefined) => new Uint8Array(Buffer.from(value!, 'base64url'));
  if (jwk.kty === 'OKP')
    return encode([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(jwk.x)],
    ]);
  if (jwk.kty === 'EC') {
    return encode([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ]);
  }
  return encode([
    [1, 3],
    [3, -257],
    [-1, bytes(jwk.n)],
    [-2, bytes(jwk.e)],
  ]);
}

function jwkOf(kty: unknown, alg: unknown, text: (label: number) => string) {
  if (kty === 1 && alg === -8) return { kty: 'OKP', crv: 'Ed25519', x: text(-2) };
  if (kty === 2 && alg === -7) return { kty: 'EC', crv: 'P-256', x: text(-2), y: text(-3) };
  if (kty === 3 && alg === -257) return { kty: 'RSA', n: text(-1), e: text(-2) };
  throw new TypeError('not a key of an algorithm that was offered');
}

function encode(entries: [number, number | Uint8Array<ArrayBuffer>][]): Uint8Array<ArrayBuffer> {
  return isoCBOR.encode(new Map(entries) as Parameters<typeof isoCBOR.encode>[0]);
}
