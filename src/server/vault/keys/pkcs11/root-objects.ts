/** The root key's versions as objects of a token: made there, never to leave it, found by their label. */
import { type Cryptoki, ulong } from './cryptoki.ts';

export interface RootObject {
  readonly version: number;
  readonly handle: number;
  /** CKA_ID: 16 random bytes that name the key. */
  readonly id: Buffer;
}

export const ID_BYTES = 16;

const CKA = {
  CLASS: 0x0,
  TOKEN: 0x1,
  PRIVATE: 0x2,
  LABEL: 0x3,
  KEY_TYPE: 0x100,
  ID: 0x102,
  SENSITIVE: 0x103,
  ENCRYPT: 0x104,
  DECRYPT: 0x105,
  WRAP: 0x106,
  UNWRAP: 0x107,
  VALUE_LEN: 0x161,
  EXTRACTABLE: 0x162,
  NEVER_EXTRACTABLE: 0x164,
  ALWAYS_SENSITIVE: 0x165,
} as const;

const CKO_SECRET_KEY = 4;
const CKK_AES = 0x1f;
const KEY_BYTES = 32;
const LABEL = 'worksmartly-root-';
/** So that all labels are of one length, as reading them wants it. */
const VERSION_DIGITS = 6;

const yes = Buffer.of(1);
const no = Buffer.of(0);

/** Makes the key in the token: nobody has ever held it, this process included. */
export function generateRoot(cryptoki: Cryptoki, session: number, version: number): void {
  cryptoki.generateKey(session, [
    { type: CKA.CLASS, value: ulong(CKO_SECRET_KEY) },
    { type: CKA.KEY_TYPE, value: ulong(CKK_AES) },
    { type: CKA.VALUE_LEN, value: ulong(KEY_BYTES) },
    { type: CKA.LABEL, value: labelOf(version) },
    { type: CKA.ID, value: cryptoki.generateRandom(session, ID_BYTES) },
    { type: CKA.TOKEN, value: yes },
    { type: CKA.PRIVATE, value: yes },
    { type: CKA.SENSITIVE, value: yes },
    { type: CKA.EXTRACTABLE, value: no },
    { type: CKA.ENCRYPT, value: yes },
    { type: CKA.DECRYPT, value: yes },
    { type: CKA.WRAP, value: no },
    { type: CKA.UNWRAP, value: no },
  ]);
}

/** Every version in the token, oldest first. `null` for `fault` when all of them are as they were made;
 * otherwise what is wrong with one. */
export function findRoots(
  cryptoki: Cryptoki,
  session: number,
): { readonly objects: readonly RootObject[]; readonly fault: string | null } {
  const handles = cryptoki.findObjects(session, [
    { type: CKA.CLASS, value: ulong(CKO_SECRET_KEY) },
    { type: CKA.KEY_TYPE, value: ulong(CKK_AES) },
    { type: CKA.TOKEN, value: yes },
  ]);
  const objects: RootObject[] = [];
  for (const handle of handles) {
    const version = versionOf(cryptoki, session, handle);
    if (version === null) continue;
    const id = Buffer.alloc(ID_BYTES);
    const [never, always] = [Buffer.alloc(1), Buffer.alloc(1)];
    cryptoki.readAttributes(session, handle, [
      { type: CKA.ID, value: id },
      { type: CKA.NEVER_EXTRACTABLE, value: never },
      { type: CKA.ALWAYS_SENSITIVE, value: always },
    ]);
    if (never[0] !== 1 || always[0] !== 1) {
      return {
        objects,
        fault: `root key ${version} was, or is, open to be taken out of the token`,
      };
    }
    objects.push({ version, handle, id });
  }
  objects.sort((a, b) => a.version - b.version);
  const isTwice = objects.some(({ version }, i) => objects[i + 1]?.version === version);
  return { objects, fault: isTwice ? 'a version of the root key is in the token twice' : null };
}

function labelOf(version: number): Buffer {
  return Buffer.from(`${LABEL}${String(version).padStart(VERSION_DIGITS, '0')}`);
}

/** Null for an object that is none of ours. */
function versionOf(cryptoki: Cryptoki, session: number, handle: number): number | null {
  const label = Buffer.alloc(LABEL.length + VERSION_DIGITS);
  try {
    cryptoki.readAttributes(session, handle, [{ type: CKA.LABEL, value: label }]);
  } catch {
    // Longer than ours.
    return null;
  }
  const match = /^worksmartly-root-(\d{6})$/.exec(label.toString('latin1'));
  return match && Number(match[1]);
}
