/** A key with its earlier versions: the current one seals and wraps, each opens what names it. What a
 * destroyed version sealed opens no more. */
import type { KeyObject } from 'node:crypto';
import type { AadPart } from './aad.ts';
import { type BlobForm, openBlob, sealBlob, sealedKeyVersion } from './seal.ts';
import { SealError } from './seal-error.ts';
import { unwrapKey, wrapKey } from './wrap.ts';

/** Cloneable, so that threads can be handed one. */
export interface VersionedKey {
  readonly version: number;
  /** Every version that is left, the current one among them. */
  readonly versions: ReadonlyMap<number, KeyObject>;
}

/** A key of which there is no other version. */
export function firstVersion(key: KeyObject): VersionedKey {
  return { version: 1, versions: new Map([[1, key]]) };
}

/** The key of that version; throws SealError `key-version` when it is destroyed or not known here. */
export function keyOfVersion({ versions }: VersionedKey, version: number): KeyObject {
  const key = versions.get(version);
  if (!key) throw new SealError('key-version');
  return key;
}

/** Like `sealBlob`, under the current version. */
export function sealUnder(
  key: VersionedKey,
  aadParts: readonly AadPart[],
  plaintext: Buffer,
  form: BlobForm,
): Buffer {
  return sealBlob(keyOfVersion(key, key.version), key.version, aadParts, plaintext, form);
}

/** Like `openBlob`, under the version that the value names. */
export function openUnder(
  key: VersionedKey,
  aadParts: readonly AadPart[],
  sealed: Buffer,
  form: BlobForm,
): Buffer {
  const version = sealedKeyVersion(sealed);
  return openBlob(keyOfVersion(key, version), version, aadParts, sealed, form);
}

/** Like `wrapKey`, under the current version. */
export function wrapUnder(kek: VersionedKey, aadParts: readonly AadPart[], key: KeyObject): Buffer {
  return wrapKey(keyOfVersion(kek, kek.version), kek.version, aadParts, key);
}

/** Like `unwrapKey`, under the version that the wrap names. */
export function unwrapUnder(
  kek: VersionedKey,
  aadParts: readonly AadPart[],
  wrapped: Buffer,
): KeyObject {
  const version = sealedKeyVersion(wrapped);
  return unwrapKey(keyOfVersion(kek, version), version, aadParts, wrapped);
}
