/** Root keys in a PKCS#11 token (an HSM, or SoftHSM): they are made there and never leave it. The token
 * seals by AES-GCM under an IV of its own randomness, bound to owner and purpose like every other wrap. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { Fault } from '../../fault.ts';
import { type AadPart, encodeAad } from '../crypto/aad.ts';
import { SealError } from '../crypto/seal-error.ts';
import { wrappedUnderVersion } from '../crypto/wrap.ts';
import { CKR, type Cryptoki, CryptokiError, loadCryptoki } from './pkcs11/cryptoki.ts';
import { findRoots, generateRoot, ID_BYTES, type RootObject } from './pkcs11/root-objects.ts';
import type { RootKeyProvider } from './root-key-provider.ts';

export interface Pkcs11Config {
  /** The vendor's library. */
  readonly module: string;
  /** The label of the token. */
  readonly token: string;
  /** Of the user; from a file or the environment, never in a log or an error. */
  readonly pin: string;
}

/** Opens the token. Throws Fault `root-key-unavailable` with what to look at. */
export function openPkcs11Provider(config: Pkcs11Config): RootKeyProvider & { isEmpty(): boolean } {
  return new Pkcs11Provider(config);
}

/**
 * format(1) ‖ algorithm(1) ‖ version(u32) ‖ CKA_ID of the key(16) ‖ IV(12) ‖ ciphertext ‖ tag(16): the
 * same places as in every wrap, so that the version is read in the same way.
 */
const FORMAT = 1;
const ALGORITHM = 3;
const ID_AT = 6;
const IV_AT = ID_AT + ID_BYTES;
const IV_BYTES = 12;
const TEXT_AT = IV_AT + IV_BYTES;
const LABEL = 'worksmartly/wrap-pkcs11/1';

/** What a lost session, a token that was pulled or an HSM that restarted answers. */
const LOST: ReadonlySet<number> = new Set([
  CKR.GENERAL_ERROR,
  CKR.FUNCTION_FAILED,
  CKR.DEVICE_ERROR,
  CKR.DEVICE_REMOVED,
  CKR.KEY_HANDLE_INVALID,
  CKR.OBJECT_HANDLE_INVALID,
  CKR.SESSION_CLOSED,
  CKR.SESSION_HANDLE_INVALID,
  CKR.TOKEN_NOT_PRESENT,
  CKR.USER_NOT_LOGGED_IN,
  CKR.CRYPTOKI_NOT_INITIALIZED,
]);

interface Session {
  readonly cryptoki: Cryptoki;
  readonly handle: number;
  objects: readonly RootObject[];
}

class Pkcs11Provider implements RootKeyProvider {
  readonly #config: Pkcs11Config;
  #session: Session | null = null;
  #isClosed = false;

  constructor(config: Pkcs11Config) {
    this.#config = config;
    this.#use(() => {});
  }

  isEmpty() {
    return this.#objects().length === 0;
  }

  currentVersion() {
    const last = this.#objects().at(-1);
    if (!last) throw new Fault('root-key-missing', 'the token holds no root key');
    return last.version;
  }

  has(version: number) {
    return this.#objects().some((object) => object.version === version);
  }

  wrap(aadParts: readonly AadPart[], key: KeyObject) {
    // Another process may have made a newer version, or destroyed this one.
    const version = this.currentVersion();
    const bytes = key.export();
    try {
      return this.#use(({ cryptoki, handle }) => {
        const object = this.#object(version);
        const iv = cryptoki.generateRandom(handle, IV_BYTES);
        const params = { iv, aad: aadOf(object, aadParts) };
        const text = cryptoki.encrypt(handle, object.handle, params, bytes);
        const header = Buffer.alloc(ID_AT);
        header[0] = FORMAT;
        header[1] = ALGORITHM;
        header.writeUInt32BE(version, 2);
        return Buffer.concat([header, object.id, iv, text]);
      });
    } finally {
      bytes.fill(0);
    }
  }

  unwrap(aadParts: readonly AadPart[], wrapped: Buffer) {
    if (wrapped.length <= TEXT_AT || wrapped[0] !== FORMAT || wrapped[1] !== ALGORITHM) {
      throw new SealError('format');
    }
    const version = wrappedUnderVersion(wrapped);
    const bytes = this.#use(({ cryptoki, handle }) => {
      const object = this.#object(version);
      if (!object.id.equals(wrapped.subarray(ID_AT, IV_AT))) throw new SealError('commitment');
      const params = { iv: wrapped.subarray(IV_AT, TEXT_AT), aad: aadOf(object, aadParts) };
      const text = wrapped.subarray(TEXT_AT);
      return open({ cryptoki, handle }, () =>
        cryptoki.decrypt(handle, object.handle, params, text),
      );
    });
    const key = createSecretKey(bytes);
    bytes.fill(0);
    return key;
  }

  async rotate() {
    const version = (this.#objects().at(-1)?.version ?? 0) + 1;
    this.#use(({ cryptoki, handle }) => generateRoot(cryptoki, handle, version));
    this.#objects();
    return { version };
  }

  async destroy(version: number) {
    if (version === this.currentVersion()) {
      throw new Fault('root-key-in-use', `root key ${version} is the current one: rotate first`);
    }
    this.#use(({ cryptoki, handle }) => {
      cryptoki.destroyObject(handle, this.#object(version).handle);
    });
    this.#objects();
  }

  close() {
    this.#isClosed = true;
    this.#forget();
  }

  /** Looks into the token. */
  #objects(): readonly RootObject[] {
    return this.#use((session) => {
      const { objects, fault } = findRoots(session.cryptoki, session.handle);
      if (fault) throw new Fault('root-key-exposed', fault);
      session.objects = objects;
      return objects;
    });
  }

  #object(version: number): RootObject {
    const known = this.#session?.objects.find((object) => object.version === version);
    const object = known ?? this.#objects().find((each) => each.version === version);
    if (!object) throw new SealError('key-version');
    return object;
  }

  /** Runs `act`, and once more on a new session when the token has let go of this one. */
  #use<T>(act: (session: Session) => T): T {
    if (this.#isClosed) throw new Fault('root-key-unavailable', 'the root keys are closed');
    try {
      return act(this.#open());
    } catch (error) {
      if (!(error instanceof CryptokiError)) throw error;
      if (!LOST.has(error.value)) throw unavailable(this.#config, error);
    }
    this.#forget();
    try {
      return act(this.#open());
    } catch (error) {
      throw error instanceof CryptokiError ? unavailable(this.#config, error) : error;
    }
  }

  #open(): Session {
    if (this.#session) return this.#session;
    const { module, token, pin } = this.#config;
    const cryptoki = load(this.#config, module);
    const slot = cryptoki.slotsWithToken().find((each) => cryptoki.tokenLabel(each) === token);
    if (slot === undefined) {
      throw new Fault('root-key-unavailable', `there is no token ${token} to be found`);
    }
    const handle = cryptoki.openSession(slot);
    const secret = Buffer.from(pin);
    try {
      cryptoki.login(handle, secret);
    } catch (error) {
      cryptoki.closeSession(handle);
      throw error;
    } finally {
      secret.fill(0);
    }
    this.#session = { cryptoki, handle, objects: [] };
    return this.#session;
  }

  #forget(): void {
    const session = this.#session;
    this.#session = null;
    try {
      session?.cryptoki.closeSession(session.handle);
    } catch {
      // It is gone already, which is why it is being forgotten.
    }
  }
}

function load(config: Pkcs11Config, module: string): Cryptoki {
  try {
    return loadCryptoki(module);
  } catch (error) {
    if (error instanceof CryptokiError) throw error;
    throw unavailable(config, error);
  }
}

/** A token answers a wrong tag, AAD or key with one of several codes, two of which may also mean that it
 * does not work: it does when it still has randomness to give. */
function open(
  { cryptoki, handle }: Pick<Session, 'cryptoki' | 'handle'>,
  decrypt: () => Buffer,
): Buffer {
  try {
    return decrypt();
  } catch (error) {
    if (!(error instanceof CryptokiError) || !MAY_BE_FORGED.has(error.value)) throw error;
    cryptoki.generateRandom(handle, IV_BYTES);
    throw new SealError('authentication');
  }
}

const MAY_BE_FORGED: ReadonlySet<number> = new Set([
  CKR.ENCRYPTED_DATA_INVALID,
  CKR.ENCRYPTED_DATA_LEN_RANGE,
  CKR.GENERAL_ERROR,
  CKR.FUNCTION_FAILED,
]);

function aadOf({ version, id }: RootObject, parts: readonly AadPart[]): Buffer {
  return Buffer.from(encodeAad(LABEL, [ALGORITHM, version, id, ...parts]));
}

/** Codes and names only: what the module says besides may hold anything. */
function unavailable({ token, module }: Pkcs11Config, error: unknown): Fault {
  const said = error instanceof CryptokiError ? error.code : 'the library cannot be loaded';
  const hint = error instanceof CryptokiError ? HINTS.get(error.value) : `look at ${module}`;
  const message = `token ${token}: ${said}${hint ? `; ${hint}` : ''}`;
  return new Fault('root-key-unavailable', message, error);
}

const HINTS = new Map<number, string>([
  [CKR.PIN_INCORRECT, 'look at WORKSMARTLY_PKCS11_PIN before it is locked'],
  [CKR.PIN_LOCKED, 'its security officer has to unlock it'],
]);
