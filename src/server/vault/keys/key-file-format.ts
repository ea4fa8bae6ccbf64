/**
 * The text of the root key file: JSON, either with the keys as they are (the file's mode is its only
 * protection) or sealed under a key, which is made from a passphrase or split among custodians.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { KEY_BYTES } from '../crypto/random-key.ts';
import { openBlob, sealBlob } from '../crypto/seal.ts';
import { SealError } from '../crypto/seal-error.ts';
import { KeyFileError } from './key-file-error.ts';
import { SCRYPT_COST as cost, deriveKey, SALT_BYTES } from './passphrase.ts';
import type { Share } from './shares/share.ts';
import { joinKey } from './shares/split-key.ts';

/** Every version held, oldest first, and the one to wrap with. */
export interface RootKeys {
  current: number;
  keys: Map<number, KeyObject>;
}

/** How a file is protected. `key` is derived from the passphrase and `salt`, at most once per start, or
 * was split into the shares of `set`: then nothing on the machine opens the file. */
export type Protection =
  | { kind: 'none' }
  | { kind: 'passphrase'; salt: Buffer; key: KeyObject }
  | { kind: 'shares'; set: Buffer; threshold: number; total: number; key: KeyObject };

/** What whoever starts the server brings along. */
export interface Unlocking {
  readonly passphrase?: string | undefined;
  readonly shares?: readonly Share[] | undefined;
}

const FORMAT = 'worksmartly/root-keys/1';
const form = { siv: true, pad: true };

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
const count = z.int().min(2).max(255);
const splitSchema = z.strictObject({
  format: z.literal(FORMAT),
  protection: z.literal('shares'),
  set: base64,
  threshold: count,
  total: count,
  sealed: base64,
});
const fileSchema = z.discriminatedUnion('protection', [plainSchema, sealedSchema, splitSchema]);

/** A fresh protection: by passphrase when there is one. */
export async function newProtection(passphrase: string | undefined): Promise<Protection> {
  if (passphrase === undefined) return { kind: 'none' };
  const salt = randomBytes(SALT_BYTES);
  return { kind: 'passphrase', salt, key: await deriveKey(passphrase, salt) };
}

/** The protection of an existing file. Throws KeyFileError when a passphrase or shares are needed, do not
 * fit, or are not used. */
export async function protectionOf(
  text: string,
  path: string,
  { passphrase, shares }: Unlocking,
): Promise<Protection> {
  const file = parse(text, path);
  if (file.protection !== 'passphrase' && passphrase !== undefined) {
    throw new KeyFileError(`${path} is not protected by a passphrase, but one was given`);
  }
  if (file.protection !== 'shares' && shares?.length) {
    throw new KeyFileError(`${path} is not split among custodians, but shares were given`);
  }
  if (file.protection === 'none') return { kind: 'none' };
  if (file.protection === 'shares') {
    const { set, threshold, total } = file;
    if (!shares?.length) {
      throw new KeyFileError(`${path} needs ${threshold} of its ${total} shares: see --shares`);
    }
    const foreign = shares.find((share) => !share.set.equals(set));
    if (foreign) {
      const number = foreign.number;
      throw new KeyFileError(`share ${number} is of another splitting than ${path} is sealed with`);
    }
    return { kind: 'shares', set, threshold, total, key: await joinKey(shares) };
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
    throw new KeyFileError(`${path} has lost its protection since the start`);
  }
  if (protection.kind === 'none' || !isSame(file, protection)) {
    throw new KeyFileError(`${path} is protected in another way since the start: restart with it`);
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
  const sealed = sealBlob(protection.key, 1, sealedParts(protection), bytes, form);
  bytes.fill(0);
  return `${JSON.stringify({
    format: FORMAT,
    protection: protection.kind,
    ...headerOf(protection),
    sealed: sealed.toString('base64'),
  })}\n`;
}

type Sealing = Exclude<Protection, { kind: 'none' }>;

function headerOf(protection: Sealing): object {
  if (protection.kind === 'passphrase') {
    return { scrypt: { ...cost, salt: protection.salt.toString('base64') } };
  }
  const { set, threshold, total } = protection;
  return { set: set.toString('base64'), threshold, total };
}

function isSame(
  file: Exclude<z.infer<typeof fileSchema>, { protection: 'none' }>,
  protection: Sealing,
): boolean {
  if (file.protection === 'passphrase') {
    return protection.kind === 'passphrase' && file.scrypt.salt.equals(protection.salt);
  }
  return protection.kind === 'shares' && file.set.equals(protection.set);
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

function openSealed(sealed: Buffer, path: string, protection: Sealing): Buffer {
  try {
    return openBlob(protection.key, 1, sealedParts(protection), sealed, form);
  } catch (error) {
    if (error instanceof SealError && error.code === 'commitment') {
      throw new KeyFileError(
        protection.kind === 'passphrase'
          ? `the passphrase for ${path} is wrong`
          : `these shares do not open ${path}: one of them is not what was handed out`,
      );
    }
    throw damaged(path);
  }
}

function sealedParts(protection: Sealing): (string | Buffer | number)[] {
  if (protection.kind === 'passphrase') {
    return [FORMAT, cost.N, cost.r, cost.p, protection.salt];
  }
  const { set, threshold, total } = protection;
  return [FORMAT, 'shares', set, threshold, total];
}

function damaged(path: string): KeyFileError {
  return new KeyFileError(`${path} is damaged or not a root key file: restore it from its backup`);
}
