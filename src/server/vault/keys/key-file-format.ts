/**
 * The text of the root key file: JSON, either with the keys as they are (the file's mode is its only
 * protection) or sealed under a key from a passphrase.
 */
import { createSecretKey, type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { KEY_BYTES } from '../crypto/random-key.ts';
import { openBlob, sealBlob } from '../crypto/seal.ts';
import { SealError } from '../crypto/seal-error.ts';
import { KeyFileError } from './key-file-error.ts';

/** Every version held, oldest first, and the one to wrap with. */
export interface RootKeys {
  current: number;
  keys: Map<number, KeyObject>;
}

/** How a file is protected; `key` is derived from the passphrase and `salt`, at most once per start. */
export type Protection = { kind: 'none' } | { kind: 'passphrase'; salt: Buffer; key: KeyObject };

const FORMAT = 'worksmartly/root-keys/1';
const form = { siv: true, pad: true };

// 128 MiB and about half a second for each guess (OWASP's first choice for scrypt).
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const version = z.int().min(1).max(0xffff_ffff);
const keysSchema = z.strictObject({
  current: version,
  keys: z.array(z.strictObject({ version, key: base64 })).min(1),
});
const plainSchema = keysSchema.extend({
  format: z.literal(FORMAT),
  protection: z.literal('none'),
});
const sealedSchema = z.strictObject({
  format: z.literal(FORMAT),
  protection: z.literal('passphrase'),
  // Fixed, so that whoever can write the file cannot weaken or inflate the derivation.
  scrypt: z.strictObject({
    N: z.literal(cost.N),
    r: z.literal(cost.r),
    p: z.literal(cost.p),
    salt: base64,
  }),
  sealed: base64,
});
const fileSchema = z.discriminatedUnion('protection', [plainSchema, sealedSchema]);

/** A fresh protection: by passphrase when there is one. */
export async function newProtection(passphrase: string | undefined): Promise<Protection> {
  if (passphrase === undefined) return { kind: 'none' };
  const salt = randomBytes(16);
  return { kind: 'passphrase', salt, key: await deriveKey(passphrase, salt) };
}

/** The protection of an existing file. Throws KeyFileError when a passphrase is needed, or not used. */
export async function protectionOf(
  text: string,
  path: string,
  passphrase: string | undefined,
): Promise<Protection> {
  const file = parse(text, path);
  if (file.protection === 'none') {
    if (passphrase === undefined) return { kind: 'none' };
    throw new KeyFileError(`${path} is not protected by a passphrase, but one was given`);
  }
  if (passphrase === undefined) throw new KeyFileError(`${path} needs its passphrase`);
  const { salt } = file.scrypt;
  return { kind: 'passphrase', salt, key: await deriveKey(passphrase, salt) };
}

/** Reads the keys. Throws KeyFileError: damaged, or another passphrase. */
export function decodeKeyFile(text: string, path: string, protection: Protection): RootKeys {
  const file = parse(text, path);
  if (file.protection === 'none') {
    if (protection.kind === 'none') return rootKeysOf(file, path);
    throw new KeyFileError(`${path} has lost its passphrase protection since the start`);
  }
  if (protection.kind === 'none' || !file.scrypt.salt.equals(protection.salt)) {
    throw new KeyFileError(`${path} has got another passphrase since the start: restart with it`);
  }
  const bytes = openSealed(file.sealed, path, protection);
  const content = keysSchema.safeParse(parseJson(bytes.toString(), path));
  bytes.fill(0);
  if (!content.success) throw damaged(path);
  return rootKeysOf(content.data, path);
}

/** The file's text, ending in a newline. */
export function encodeKeyFile(root: RootKeys, protection: Protection): string {
  const content = {
    current: root.current,
    keys: [...root.keys].map(([version, key]) => ({
      version,
      key: key.export().toString('base64'),
    })),
  };
  if (protection.kind === 'none') {
    return `${JSON.stringify({ format: FORMAT, protection: 'none', ...content })}\n`;
  }
  const bytes = Buffer.from(JSON.stringify(content));
  const sealed = sealBlob(protection.key, 1, sealedParts(protection.salt), bytes, form);
  bytes.fill(0);
  return `${JSON.stringify({
    format: FORMAT,
    protection: 'passphrase',
    scrypt: { ...cost, salt: protection.salt.toString('base64') },
    sealed: sealed.toString('base64'),
  })}\n`;
}

function parse(text: string, path: string): z.infer<typeof fileSchema> {
  const file = fileSchema.safeParse(parseJson(text, path));
  // Zod's own message would quote what it found: key material, perhaps.
  if (!file.success) throw damaged(path);
  return file.data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path);
  }
}

function rootKeysOf(content: z.infer<typeof keysSchema>, path: string): RootKeys {
  const keys = new Map<number, KeyObject>();
  for (const { version, key } of content.keys) {
    if (key.length !== KEY_BYTES || keys.has(version)) throw damaged(path);
    keys.set(version, createSecretKey(key));
    key.fill(0);
  }
  if (!keys.has(content.current)) throw damaged(path);
  return { current: content.current, keys };
}

function openSealed(
  sealed: Buffer,
  path: string,
  protection: Protection & { kind: 'passphrase' },
): Buffer {
  try {
    return openBlob(protection.key, 1, sealedParts(protection.salt), sealed, form);
  } catch (error) {
    if (error instanceof SealError && error.code === 'commitment') {
      throw new KeyFileError(`the passphrase for ${path} is wrong`);
    }
    throw damaged(path);
  }
}

function sealedParts(salt: Buffer): (string | Buffer | number)[] {
  return [FORMAT, cost.N, cost.r, cost.p, salt];
}

function damaged(path: string): KeyFileError {
  return new KeyFileError(`${path} is damaged or not a root key file: restore it from its backup`);
}

function deriveKey(passphrase: string, salt: Buffer): Promise<KeyObject> {
  if (passphrase === '') throw new KeyFileError('the passphrase is empty');
  const { promise, resolve, reject } = Promise.withResolvers<KeyObject>();
  const maxmem = 256 * cost.N * cost.r;
  scrypt(passphrase.normalize('NFC'), salt, KEY_BYTES, { ...cost, maxmem }, (error, bytes) => {
    if (error) return reject(error);
    const key = createSecretKey(bytes);
    bytes.fill(0);
    resolve(key);
  });
  return promise;
}
