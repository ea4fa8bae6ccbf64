/** One custodian's share of the key that opens the root key file, as text that can be printed and typed
 * in again. It says which set and which number it is, ends in a check sum, and may be sealed under a
 * passphrase of the custodian's own. */
import { createHash, randomBytes } from 'node:crypto';
import { openBlob, sealBlob } from '../../crypto/seal.ts';
import { SealError } from '../../crypto/seal-error.ts';
import { KeyFileError } from '../key-file-error.ts';
import { deriveKey, SALT_BYTES } from '../passphrase.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';

export interface ShareHead {
  /** 8 random bytes: shares of one splitting have the same. */
  readonly set: Buffer;
  readonly threshold: number;
  readonly total: number;
  /** From 1. */
  readonly number: number;
}

export interface Share extends ShareHead {
  /** 33 bytes, as the library makes them: the values, and the place that they are of. */
  readonly bytes: Buffer;
}

/** A share whose passphrase is still missing, or that needs none. */
export interface ParsedShare extends ShareHead {
  readonly needsPassphrase: boolean;
  /** Throws KeyFileError when the passphrase is wrong, or missing. */
  open(passphrase?: string): Promise<Share>;
}

/** version(1) ‖ set(8) ‖ threshold(1) ‖ total(1) ‖ number(1) ‖ protected(1) ‖ body ‖ check(4) */
const VERSION = 1;
export const SET_BYTES = 8;
const HEAD_BYTES = 13;
const CHECK_BYTES = 4;
export const SHARE_BYTES = 33;
const PREFIX = 'WSS1';
const form = { siv: true, pad: false };

/** The share as one line of text. Takes half a second with a passphrase. */
export async function formatShare(share: Share, passphrase?: string): Promise<string> {
  const head = headOf(share, passphrase !== undefined);
  const body = passphrase === undefined ? share.bytes : await seal(share, head, passphrase);
  const all = Buffer.concat([head, body]);
  return `${PREFIX}-${encodeBase32(Buffer.concat([all, checkOf(all)]))}`;
}

/** Throws KeyFileError that says what is wrong with the text, without repeating it. */
export function parseShare(text: string): ParsedShare {
  const line = text.trim().toUpperCase();
  const bytes = line.startsWith(PREFIX) ? decodeBase32(line.slice(PREFIX.length)) : null;
  if (!bytes)
    throw new KeyFileError('this is no share: it begins with WSS1 and has no other signs');
  const all = bytes.subarray(0, -CHECK_BYTES);
  if (all.length < HEAD_BYTES || !checkOf(all).equals(bytes.subarray(-CHECK_BYTES))) {
    throw new KeyFileError('this share is mistyped, or incomplete: its check sum does not fit');
  }
  const [version, threshold, total, number, sealed] = [0, 9, 10, 11, 12].map((at) => all[at]!);
  const isKnown = version === VERSION && sealed! < 2;
  if (!isKnown) throw new KeyFileError('this share is of another version of WorkSmartly');
  const head = { set: Buffer.from(all.subarray(1, 9)), threshold, total, number } as ShareHead;
  const body = Buffer.from(all.subarray(HEAD_BYTES));
  const needsPassphrase = sealed === 1;
  return {
    ...head,
    needsPassphrase,
    async open(passphrase) {
      if (!needsPassphrase) return { ...head, bytes: body };
      if (!passphrase) throw new KeyFileError(`share ${number} needs its custodian’s passphrase`);
      return { ...head, bytes: await unseal(head, body, passphrase) };
    },
  };
}

async function seal(share: Share, head: Buffer, passphrase: string): Promise<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const key = await deriveKey(passphrase, salt);
  return Buffer.concat([salt, sealBlob(key, 1, ['root-share', head, salt], share.bytes, form)]);
}

async function unseal(of: ShareHead, body: Buffer, passphrase: string): Promise<Buffer> {
  const salt = body.subarray(0, SALT_BYTES);
  const key = await deriveKey(passphrase, salt);
  const parts = ['root-share', headOf(of, true), Buffer.from(salt)];
  try {
    return openBlob(key, 1, parts, body.subarray(SALT_BYTES), form);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new KeyFileError(`the passphrase for share ${of.number} is wrong`);
  }
}

function headOf({ set, threshold, total, number }: ShareHead, isSealed: boolean): Buffer {
  return Buffer.concat([
    Buffer.of(VERSION),
    set,
    Buffer.of(threshold, total, number, isSealed ? 1 : 0),
  ]);
}

function checkOf(bytes: Buffer): Buffer {
  return createHash('sha256')
    .update('worksmartly/share/1')
    .update(bytes)
    .digest()
    .subarray(0, CHECK_BYTES);
}
