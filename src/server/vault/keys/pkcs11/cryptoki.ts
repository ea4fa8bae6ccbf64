/** The functions of a PKCS#11 module (OASIS, version 2.40) that the root key needs, called by name through
 * koffi. Calls are synchronous: a root key wraps and unwraps a few dozen bytes, when a client is first
 * opened and when a key is made. Never logs what it is handed. */
import koffi from 'koffi';

/** What a module answered instead of CKR_OK. */
export class CryptokiError extends Error {
  readonly code: string;
  readonly value: number;

  constructor(call: string, value: number) {
    const code = NAMES.get(value) ?? `CKR_0x${value.toString(16).toUpperCase()}`;
    super(`${call}: ${code}`);
    this.name = 'CryptokiError';
    this.code = code;
    this.value = value;
  }
}

export const CKR = {
  GENERAL_ERROR: 0x5,
  FUNCTION_FAILED: 0x6,
  DEVICE_ERROR: 0x30,
  DEVICE_REMOVED: 0x32,
  ENCRYPTED_DATA_INVALID: 0x40,
  ENCRYPTED_DATA_LEN_RANGE: 0x41,
  KEY_HANDLE_INVALID: 0x60,
  OBJECT_HANDLE_INVALID: 0x82,
  PIN_INCORRECT: 0xa0,
  PIN_LOCKED: 0xa4,
  SESSION_CLOSED: 0xb0,
  SESSION_HANDLE_INVALID: 0xb3,
  TOKEN_NOT_PRESENT: 0xe0,
  USER_ALREADY_LOGGED_IN: 0x100,
  USER_NOT_LOGGED_IN: 0x101,
  CRYPTOKI_NOT_INITIALIZED: 0x190,
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;

const NAMES = new Map<number, string>(
  Object.entries(CKR).map(([name, value]) => [value, `CKR_${name}`]),
);

const ULONG = 'unsigned long';

const GCM_PARAMS = koffi.struct('CK_GCM_PARAMS', {
  pIv: 'uint8_t *',
  ulIvLen: ULONG,
  ulIvBits: ULONG,
  pAAD: 'uint8_t *',
  ulAADLen: ULONG,
  ulTagBits: ULONG,
});
const MECHANISM = koffi.struct('CK_MECHANISM', {
  mechanism: ULONG,
  pParameter: koffi.pointer(GCM_PARAMS),
  ulParameterLen: ULONG,
});
const ATTRIBUTE = koffi.struct('CK_ATTRIBUTE', {
  type: ULONG,
  pValue: 'uint8_t *',
  ulValueLen: ULONG,
});

const CKM_AES_KEY_GEN = 0x1080;
const CKM_AES_GCM = 0x1087;

/** An attribute of an object: its type, and its value as bytes; for reading, room for it. */
export interface Attribute {
  readonly type: number;
  readonly value: Buffer;
}

export interface GcmParams {
  readonly iv: Buffer;
  readonly aad: Buffer;
}

export interface Cryptoki {
  slotsWithToken(): number[];
  /** Without the blanks that fill it up. */
  tokenLabel(slot: number): string;
  openSession(slot: number): number;
  closeSession(session: number): void;
  login(session: number, pin: Buffer): void;
  generateRandom(session: number, bytes: number): Buffer;
  generateKey(session: number, template: readonly Attribute[]): number;
  findObjects(session: number, template: readonly Attribute[]): number[];
  /** Fills the attributes' values; each must have exactly its size. */
  readAttributes(session: number, object: number, attributes: readonly Attribute[]): void;
  destroyObject(session: number, object: number): void;
  encrypt(session: number, key: number, params: GcmParams, plaintext: Buffer): Buffer;
  decrypt(session: number, key: number, params: GcmParams, ciphertext: Buffer): Buffer;
  /** Ends the use of the module by this process. */
  finalize(): void;
}

const OBJECTS_MAX = 64;
const SLOTS_MAX = 256;
const TAG_BITS = 128;

/** Loads the module and initialises it. Throws what the loader says, or CryptokiError. */
export function loadCryptoki(path: string): Cryptoki {
  const library = koffi.load(path);
  const bind = (name: string, ...types: Parameters<typeof koffi.sizeof>[0][]) => {
    const call = library.func(name, ULONG, types);
    return (...values: unknown[]): void => {
      const answer = Number(call(...values));
      if (answer !== 0) throw new CryptokiError(name, answer);
    };
  };
  const pointer = 'void *';
  const attributes = koffi.pointer(ATTRIBUTE);
  const mechanism = koffi.pointer(MECHANISM);
  const C = {
    initialize: bind('C_Initialize', pointer),
    finalize: bind('C_Finalize', pointer),
    getSlotList: bind('C_GetSlotList', 'uint8_t', pointer, pointer),
    getTokenInfo: bind('C_GetTokenInfo', ULONG, pointer),
    openSession: bind('C_OpenSession', ULONG, ULONG, pointer, pointer, pointer),
    closeSession: bind('C_CloseSession', ULONG),
    login: bind('C_Login', ULONG, ULONG, pointer, ULONG),
    generateRandom: bind('C_GenerateRandom', ULONG, pointer, ULONG),
    generateKey: bind('C_GenerateKey', ULONG, mechanism, attributes, ULONG, pointer),
    findInit: bind('C_FindObjectsInit', ULONG, attributes, ULONG),
    find: bind('C_FindObjects', ULONG, pointer, ULONG, pointer),
    findFinal: bind('C_FindObjectsFinal', ULONG),
    getAttributes: bind('C_GetAttributeValue', ULONG, ULONG, attributes, ULONG),
    destroyObject: bind('C_DestroyObject', ULONG, ULONG),
    encryptInit: bind('C_EncryptInit', ULONG, mechanism, ULONG),
    encrypt: bind('C_Encrypt', ULONG, pointer, ULONG, pointer, pointer),
    decryptInit: bind('C_DecryptInit', ULONG, mechanism, ULONG),
    decrypt: bind('C_Decrypt', ULONG, pointer, ULONG, pointer, pointer),
  };
  const templateOf = (list: readonly Attribute[]) =>
    list.map(({ type, value }) => ({ type, pValue: value, ulValueLen: value.length }));
  const gcm = ({ iv, aad }: GcmParams) => ({
    mechanism: CKM_AES_GCM,
    pParameter: {
      pIv: iv,
      ulIvLen: iv.length,
      ulIvBits: 8 * iv.length,
      pAAD: aad,
      ulAADLen: aad.length,
      ulTagBits: TAG_BITS,
    },
    ulParameterLen: koffi.sizeof(GCM_PARAMS),
  });
  /** Runs a one-part operation whose output is at most `room` bytes. */
  const output = (room: number, run: (out: Buffer, length: Buffer) => void): Buffer => {
    const out = Buffer.alloc(room);
    const length = ulong(room);
    run(out, length);
    return out.subarray(0, readUlong(length));
  };

  try {
    C.initialize(lockingArguments());
  } catch (error) {
    const { value } = error as CryptokiError;
    if (value !== CKR.CRYPTOKI_ALREADY_INITIALIZED) throw error;
  }
  return {
    slotsWithToken() {
      const list = Buffer.alloc(8 * SLOTS_MAX);
      const count = ulong(SLOTS_MAX);
      C.getSlotList(1, list, count);
      return ulongs(list, readUlong(count));
    },
    tokenLabel(slot) {
      // CK_TOKEN_INFO begins with 32 characters of label; the whole of it is shorter than this.
      const info = Buffer.alloc(512);
      C.getTokenInfo(slot, info);
      return info.toString('utf8', 0, 32).trimEnd();
    },
    openSession(slot) {
      const session = ulong(0);
      C.openSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, null, null, session);
      return readUlong(session);
    },
    closeSession: (session) => C.closeSession(session),
    login(session, pin) {
      try {
        C.login(session, CKU_USER, pin, pin.length);
      } catch (error) {
        // Another session of this process did so before.
        if ((error as CryptokiError).value !== CKR.USER_ALREADY_LOGGED_IN) throw error;
      }
    },
    generateRandom(session, bytes) {
      const out = Buffer.alloc(bytes);
      C.generateRandom(session, out, bytes);
      return out;
    },
    generateKey(session, template) {
      const key = ulong(0);
      const how = { mechanism: CKM_AES_KEY_GEN, pParameter: null, ulParameterLen: 0 };
      C.generateKey(session, how, templateOf(template), template.length, key);
      return readUlong(key);
    },
    findObjects(session, template) {
      C.findInit(session, templateOf(template), template.length);
      try {
        const list = Buffer.alloc(8 * OBJECTS_MAX);
        const count = ulong(0);
        C.find(session, list, OBJECTS_MAX, count);
        return ulongs(list, readUlong(count));
      } finally {
        C.findFinal(session);
      }
    },
    readAttributes: (session, object, list) =>
      C.getAttributes(session, object, templateOf(list), list.length),
    destroyObject: (session, object) => C.destroyObject(session, object),
    encrypt(session, key, params, plaintext) {
      C.encryptInit(session, gcm(params), key);
      return output(plaintext.length + 32, (out, length) =>
        C.encrypt(session, plaintext, plaintext.length, out, length),
      );
    },
    decrypt(session, key, params, ciphertext) {
      C.decryptInit(session, gcm(params), key);
      return output(ciphertext.length, (out, length) =>
        C.decrypt(session, ciphertext, ciphertext.length, out, length),
      );
    },
    finalize: () => C.finalize(null),
  };
}

const CKF_RW_SESSION = 2;
const CKF_SERIAL_SESSION = 4;
const CKU_USER = 1;
const CKF_OS_LOCKING_OK = 2;

/** CK_C_INITIALIZE_ARGS: no own mutexes, the system's will do. */
function lockingArguments(): Buffer {
  const bytes = Buffer.alloc(48);
  bytes.writeBigUInt64LE(BigInt(CKF_OS_LOCKING_OK), 32);
  return bytes;
}

export function ulong(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function readUlong(bytes: Buffer, at = 0): number {
  return Number(bytes.readBigUInt64LE(at));
}

function ulongs(bytes: Buffer, count: number): number[] {
  return Array.from({ length: count }, (_, i) => readUlong(bytes, 8 * i));
}
