/** A WebAuthn authenticator in software: it makes passkeys and signs with them as a browser and a
 * device would (WebAuthn Level 3 §5.1, §6), and wrongly in one thing where a test tells it to. */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

/** What the browser hands to the page as JSON after `navigator.credentials.create()`. */
export interface CreatedJson {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports: ['internal'];
  };
  readonly clientExtensionResults: Record<string, never>;
}

/** What it hands over after `navigator.credentials.get()`. */
export interface AssertionJson {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string;
  };
  readonly clientExtensionResults: Record<string, never>;
}

/** What is done otherwise than the options and the page say. */
export interface Twist {
  /** Where the page seems to be. */
  readonly origin?: string;
  readonly rpId?: string;
  /** Base64url. */
  readonly challenge?: string;
  /** Whether the person was asked for a finger, a face or a PIN; true unless told. */
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  /** The counter that is shown; it goes on from there. */
  readonly counter?: number;
  readonly crossOrigin?: boolean;
  readonly type?: string;
  /** Sign with this passkey, whatever the options allow. */
  readonly passkey?: SoftPasskey;
}

export interface SoftPasskey {
  /** Base64url. */
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  /** SubjectPublicKeyInfo (DER), base64url: as `passkey.added` has it. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
  readonly algorithm: Algorithm;
  counter: number;
}

export type Algorithm = 'ES256' | 'EdDSA';

/** As the server sends them: those of WebAuthn, as JSON. Unknown members are ignored. */
export interface CreationOptionsJson {
  readonly rp: { readonly id?: string };
  readonly user: { readonly id: string };
  readonly challenge: string;
}
export interface RequestOptionsJson {
  readonly challenge: string;
  readonly rpId?: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
}

export interface SoftAuthenticator {
  readonly passkeys: SoftPasskey[];
  create(options: CreationOptionsJson, twist?: Twist): CreatedJson;
  /** Signs with the first of its passkeys that the options allow; throws when there is none. */
  get(options: RequestOptionsJson, twist?: Twist): AssertionJson;
}

const COSE: Readonly<Record<Algorithm, number>> = { ES256: -7, EdDSA: -8 };
const FLAGS = { userPresent: 1, userVerified: 4, attested: 64 };

/** A device before a page of `origin`. It counts its signatures unless `counts` is false. */
export function softAuthenticator(
  origin: string,
  of: { readonly algorithm?: Algorithm; readonly counts?: boolean } = {},
): SoftAuthenticator {
  const { algorithm = 'ES256', counts = true } = of;
  const passkeys: SoftPasskey[] = [];

  return {
    passkeys,
    create(options, twist = {}) {
      const rpId = twist.rpId ?? options.rp.id ?? new URL(origin).hostname;
      const passkey = newPasskey(algorithm, rpId, options.user.id);
      passkeys.push(passkey);
      const id = Buffer.from(passkey.id, 'base64url');
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const authData = Buffer.concat([
        head(rpId, FLAGS.attested, twist.counter ?? 0, twist),
        Buffer.alloc(16),
        length,
        id,
        coseKey(passkey),
      ]);
      const attestation = cbor(
        new Map<unknown, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authData],
        ]),
      );
      return {
        id: passkey.id,
        rawId: passkey.id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, origin, twist),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      };
    },
    get(options, twist = {}) {
      const allowed = options.allowCredentials?.map(({ id }) => id);
      const passkey =
        twist.passkey ??
        passkeys.find(({ id }) => !allowed || allowed.length === 0 || allowed.includes(id));
      if (!passkey) throw new Error('NotAllowedError: no passkey of this device is allowed here');
      passkey.counter = twist.counter ?? passkey.counter + (counts ? 1 : 0);
      const data = head(twist.rpId ?? options.rpId ?? passkey.rpId, 0, passkey.counter, twist);
      const client = clientData('webauthn.get', options.challenge, origin, twist);
      const signed = Buffer.concat([data, sha256(Buffer.from(client, 'base64url'))]);
      const hash = passkey.algorithm === 'ES256' ? 'sha256' : null;
      return {
        id: passkey.id,
        rawId: passkey.id,
        type: 'public-key',
        response: {
          clientDataJSON: client,
          authenticatorData: data.toString('base64url'),
          signature: sign(hash, signed, passkey.privateKey).toString('base64url'),
          userHandle: passkey.userHandle,
        },
        clientExtensionResults: {},
      };
    },
  };
}

/** The same passkey in another device: what a thief of the private key has. */
export function clonePasskey(passkey: SoftPasskey): SoftPasskey {
  const der = passkey.privateKey.export({ format: 'der', type: 'pkcs8' });
  return {
    ...passkey,
    privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
  };
}

function newPasskey(algorithm: Algorithm, rpId: string, userHandle: string): SoftPasskey {
  const { publicKey, privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519');
  return {
    id: randomBytes(32).toString('base64url'),
    ...{ rpId, userHandle, privateKey, algorithm },
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
    counter: 0,
  };
}

/** Authenticator data up to the counter. */
function head(rpId: string, more: number, counter: number, twist: Twist): Buffer {
  const { userPresent = true, userVerified = true } = twist;
  const bytes = Buffer.alloc(5);
  bytes[0] = more | (userPresent ? FLAGS.userPresent : 0) | (userVerified ? FLAGS.userVerified : 0);
  bytes.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(Buffer.from(rpId)), bytes]);
}

function clientData(type: string, challenge: string, origin: string, twist: Twist): string {
  const data = {
    type: twist.type ?? type,
    challenge: twist.challenge ?? challenge,
    origin: twist.origin ?? origin,
    crossOrigin: twist.crossOrigin ?? false,
  };
  return Buffer.from(JSON.stringify(data)).toString('base64url');
}

function coseKey({ publicKey, algorithm }: SoftPasskey): Buffer {
  const der = Buffer.from(publicKey, 'base64url');
  const entries: [number, unknown][] =
    algorithm === 'ES256'
      ? [
          [1, 2],
          [3, COSE.ES256],
          [-1, 1],
          [-2, der.subarray(-64, -32)],
          [-3, der.subarray(-32)],
        ]
      : [
          [1, 1],
          [3, COSE.EdDSA],
          [-1, 6],
          [-2, der.subarray(-32)],
        ];
  return cbor(new Map(entries));
}

/** The little of CBOR (RFC 8949) that attestations need: small integers, bytes, texts, maps. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? typed(1, -1 - value) : typed(0, value);
  if (typeof value === 'string')
    return Buffer.concat([typed(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([typed(2, value.length), value]);
  if (!(value instanceof Map)) throw new TypeError('not in this CBOR');
  return Buffer.concat([typed(5, value.size), ...[...value].flat().map(cbor)]);
}

function typed(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument]);
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 255]);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
