/** Entries on their way into the ledger and out of it: encoded, hashed, sealed, opened. */
import { type KeyObject, randomFillSync } from 'node:crypto';
import { type Entry, encodeEntry } from '#verifier/entry.ts';
import { leafHash } from '#verifier/merkle.ts';
import { openBlob, sealBlob, sealedKeyVersion } from '../vault/crypto/seal.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import { type LedgerKeys, sealingKey } from './ledger-keys.ts';
import type { EntryDraft } from './work.ts';

/** One key seals a year of one ledger: far fewer entries than the 2^32 that AES-GCM allows. */
const FORM = { siv: false, pad: true };

/** An entry with its place and time, ready to be stored. */
export interface BuiltEntry {
  readonly bytes: Buffer;
  readonly leaf: Buffer;
  readonly ct: Buffer;
}

/** Gives the draft its time (ms) and salt, and seals it for `index` of the ledger. */
export function buildEntry(
  keys: LedgerKeys,
  ledger: string,
  index: number,
  at: number,
  draft: EntryDraft,
): BuiltEntry {
  const entry: Entry = { v: 2, at: new Date(at).toISOString(), salt: newSalt(), ...draft };
  const bytes = encodeEntry(entry);
  const year = yearOf(at);
  const sealing = sealingKey(keys, year);
  if (!sealing) throw new Error(`no key for the entries of ${year}`);
  const ct = sealEntry(sealing, ledger, index, bytes);
  return { bytes, leaf: leafHash(bytes), ct };
}

/** The bytes of an entry, sealed under one of the ledger's keys. */
export function sealEntry(
  { key, version }: { readonly key: KeyObject; readonly version: number },
  ledger: string,
  index: number,
  bytes: Buffer,
): Buffer {
  return sealBlob(key, version, ['entry', ledger, index], bytes, FORM);
}

/** The bytes of a stored entry; throws SealError when it was changed or moved. */
export function openEntry(
  keys: ReadonlyMap<number, KeyObject>,
  ledger: string,
  index: number,
  ct: Buffer,
): Buffer {
  const year = sealedKeyVersion(ct);
  const key = keys.get(year);
  if (!key) throw new SealError('key-version');
  return openBlob(key, year, ['entry', ledger, index], ct, FORM);
}

/** The UTC year of a time in ms: which key seals an entry. */
export function yearOf(at: number): number {
  return new Date(at).getUTCFullYear();
}

const salts = Buffer.alloc(16 * 256);
let nextSalt = salts.length;

function newSalt(): string {
  if (nextSalt === salts.length) {
    randomFillSync(salts);
    nextSalt = 0;
  }
  nextSalt += 16;
  return salts.toString('base64', nextSalt - 16, nextSalt);
}
