// The signature of a person on a fact: a WebAuthn assertion (W3C Web Authentication 3, §7.2) whose challenge is the digest of
// what was shown. Checked from the ledger alone, with node:crypto; the server makes its offers to sign with the same functions.
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { fromBase64, fromBase64url } from './base64.ts';
import type { Fact, Signature } from './fact.ts';
import { jcs } from './jcs.ts';
import { stampOf } from './time-stamp.ts';
import { VerificationError } from './verification-error.ts';

export type PasskeyAdded = Extract<Fact, { type: 'passkey.added' }>;

/** What of a signature is decided when it is asked for, before anybody signs. */
export type Offer = Pick<Signature, 'by' | 'nonce' | 'size' | 'root' | 'at' | 'until'>;

/** What the challenge is the digest of. */
export interface Statement extends Offer {
  v: 1;
  /** The origin of the ledger that the fact is for, e.g. `worksmartly/cli_…`. */
  ledger: string;
  fact: Fact;
}

/** What a person signs when asked to sign `fact` for the ledger of this origin. */
export function statementOf(origin: string, fact: Fact, offer: Offer): Statement {
  const { by, nonce, size, root, at, until } = offer;
  return {
    v: 1,
    ledger: origin,
    by,
    fact: { ...fact, signature: null },
    nonce,
    size,
    root,
    at,
    until,
  };
}

/** SHA-256 of the JCS form of a statement, 32 bytes: the WebAuthn challenge. */
export function challengeOf(statement: Statement): Buffer {
  return hash('sha256', jcs(statement, { integersOnly: true }), 'buffer');
}

/** The user who has to sign a fact: whom it names as `by`, or who binds themselves by it; null where it names nobody. */
export function signerOf(fact: Fact): string | null {
  if (fact.type === 'nda.signed') return fact.user;
  return 'by' in fact ? fact.by : null;
}

/**
 * Throws VerificationError unless the person whom `fact` names signed it with `passkey` for the ledger of `origin`:
 * `signature-missing` where there is none, `signature-invalid` with what is wrong otherwise. `at` is when it is recorded
 * (the entry's time), which must be within the offer; null where that was checked elsewhere (a mirror of another ledger's
 * fact). Whether the passkey counts at that time, and whether the signature was used before, is the caller's to know.
 */
export function verifySignature(
  origin: string,
  fact: Fact,
  passkey: PasskeyAdded,
  at: string | null,
): void {
  const { signature } = fact;
  if (signature === null)
    throw new VerificationError('signature-missing', `${fact.type}: not signed`);
  if (signature.by !== signerOf(fact)) throw invalid('signed by another than the fact names');
  if (passkey.user !== signature.by) throw invalid('the passkey is of another user');
  if (passkey.id !== signature.passkey || passkey.publicKey !== signature.publicKey) {
    throw invalid('not the passkey that is registered');
  }
  verifyOffer(signature, at);
  const authenticatorData = decoded(signature.authenticatorData, 'authenticatorData');
  const clientDataJSON = decoded(signature.clientDataJSON, 'clientDataJSON');
  const value = decoded(signature.value, 'value');
  const challenge = challengeOf(statementOf(origin, fact, signature)).toString('base64url');
  verifyClientData(clientDataJSON, challenge, passkey.origin);
  verifyAuthenticatorData(authenticatorData, passkey.rpId);
  const message = Buffer.concat([authenticatorData, hash('sha256', clientDataJSON, 'buffer')]);
  if (!isSignedBy(decoded(passkey.publicKey, 'publicKey'), message, value)) {
    throw invalid('the signature does not fit the key');
  }
}

/**
 * Whether `value` is a signature of `message` by a SubjectPublicKeyInfo (DER): ES256 (P-256, DER signature), EdDSA (Ed25519)
 * or RS256 (PKCS #1 v1.5, 2048 bits or more). False for every other key, and for whatever is malformed.
 */
export function isSignedBy(spki: Uint8Array, message: Uint8Array, value: Uint8Array): boolean {
  const known = keyOf(spki);
  if (known === null) return false;
  const { key, algorithm } = known;
  try {
    return verify(algorithm, message, { key, dsaEncoding: 'der' }, value);
  } catch {
    return false;
  }
}

interface Known {
  key: KeyObject;
  /** The digest that it signs with; null where the algorithm has its own. */
  algorithm: string | null;
}

/** Reading a key takes as long as checking a signature, and people sign more than once. */
const known = new Map<string, Known | null>();
const KNOWN_MAX = 1000;

function keyOf(spki: Uint8Array): Known | null {
  const name = Buffer.from(spki).toString('latin1');
  let found = known.get(name);
  if (found === undefined) {
    found = readKey(Buffer.from(spki));
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(name, found);
  }
  return found;
}

function readKey(der: Buffer): Known | null {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    // One spelling per key: no bytes behind it, no other parameters.
    if (!key.export({ format: 'der', type: 'spki' }).equals(der)) return null;
    return { key, algorithm: algorithmOf(key) };
  } catch {
    return null;
  }
}

/** Throws for a key of another kind. */
function algorithmOf(key: KeyObject): string | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') return null;
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'sha256';
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= RSA_BITS_MIN) return 'sha256';
  throw new TypeError('a key that no passkey of WorkSmartly has');
}

const RSA_BITS_MIN = 2048;
const NONCE_BYTES_MIN = 16;

function verifyOffer({ nonce, root, at: from, until }: Signature, at: string | null): void {
  if (decoded(nonce, 'nonce').length < NONCE_BYTES_MIN) throw invalid('nonce: too short');
  if (fromBase64(root, 32) === null) throw invalid('root: not 32 bytes');
  if (at === null) return;
  const stamp = stampOf(at);
  if (stamp < stampOf(from) || stamp >= stampOf(until))
    throw invalid('not recorded within the offer');
}

/**
 * WebAuthn §5.8.1. Unknown keys are allowed, as the standard demands (browsers add some), and so is any JSON spelling: the
 * authenticator signed these very bytes. A key that occurs twice is refused, since readers would differ on what it says.
 */
function verifyClientData(bytes: Buffer, challenge: string, origin: string): void {
  const data = parseClientData(bytes);
  if (data.type !== 'webauthn.get') throw invalid('clientDataJSON: not an assertion');
  if (data.challenge !== challenge) throw invalid('clientDataJSON: another challenge');
  if (data.origin !== origin) throw invalid('clientDataJSON: another origin');
  const isCrossOrigin = data.crossOrigin !== undefined && data.crossOrigin !== false;
  if (isCrossOrigin || data.topOrigin !== undefined)
    throw invalid('clientDataJSON: within another site');
}

interface ClientData {
  type?: unknown;
  challenge?: unknown;
  origin?: unknown;
  crossOrigin?: unknown;
  topOrigin?: unknown;
}

function parseClientData(bytes: Buffer): ClientData {
  let keys = 0;
  let text: string;
  let data: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    data = JSON.parse(text, (_key, value) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        keys += Object.keys(value).length;
      }
      return value;
    });
  } catch {
    throw invalid('clientDataJSON: not JSON');
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw invalid('clientDataJSON: not an object');
  }
  // In JSON a text before a colon is a key, and nothing else is.
  const written = text.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?/gs) ?? [];
  if (written.filter((each) => each.endsWith(':')).length !== keys) {
    throw invalid('clientDataJSON: a key occurs twice');
  }
  return data;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const KEY_INCLUDED = 0x40;
const EXTENSIONS = 0x80;
const CBOR_MAP = 5;

/** WebAuthn §6.1: rpIdHash (32) ‖ flags (1) ‖ counter (4) ‖ extensions, whose meaning is not asked for. */
function verifyAuthenticatorData(data: Buffer, rpId: string): void {
  if (data.length < 37) throw invalid('authenticatorData: too short');
  if (!data.subarray(0, 32).equals(hash('sha256', rpId, 'buffer'))) {
    throw invalid('authenticatorData: for another site');
  }
  const flags = data[32]!;
  if ((flags & PRESENT) === 0) throw invalid('authenticatorData: nobody was present');
  if ((flags & VERIFIED) === 0) throw invalid('authenticatorData: the person was not verified');
  const isBackedUpOddly = (flags & BACKED_UP) !== 0 && (flags & BACKUP_ELIGIBLE) === 0;
  if (isBackedUpOddly || (flags & KEY_INCLUDED) !== 0) {
    throw invalid('authenticatorData: flags that no assertion has');
  }
  const hasExtensions = (flags & EXTENSIONS) !== 0;
  const isMap = data.length > 37 && data[37]! >> 5 === CBOR_MAP;
  if (hasExtensions ? !isMap : data.length > 37) throw invalid('authenticatorData: malformed end');
}

function decoded(text: string, name: string): Buffer {
  const bytes = fromBase64url(text);
  if (bytes === null) throw invalid(`${name}: not base64url`);
  return bytes;
}

const invalid = (detail: string): VerificationError =>
  new VerificationError('signature-invalid', `signature: ${detail}`);
