/**
 * Sealing and opening of records and of other sealed columns. Nothing here reads a database, and no
 * error repeats a value, a key or an id.
 */
import type { KeyObject } from 'node:crypto';
import { type AadPart, checkUint32, encodeAad } from './aad.ts';
import { keyCommitment } from './commitment.ts';
import type { CompartmentKey } from './compartment-key.ts';
import * as envelopes from './envelope.ts';
import { type Envelope, openEnvelope, sealEnvelope } from './envelope.ts';
import { takeNonce } from './nonce.ts';
import { type RecordMeta, recordEnvelope } from './record-envelope.ts';

/** The versions in a sealed value's header, unauthenticated: to choose the key to open it with. */
export const { sealedCatalogueVersion, sealedKeyVersion } = envelopes;

const label = Buffer.from('worksmartly/blob/1');
const paddedLabel = Buffer.from('worksmartly/blob-padded/1');

/** A reader that does not know the catalogue version takes the row's own: it is authenticated. */
export interface OpenMeta extends Omit<RecordMeta, 'catalogueVersion'> {
  catalogueVersion?: number;
}

/**
 * `siv`: AES-256-GCM-SIV, for keys that seal many values; otherwise AES-256-GCM.
 * `pad`: hide the length as records do. Both must be the same at opening.
 */
export interface BlobForm {
  siv: boolean;
  pad: boolean;
}

/**
 * Seals a record's plaintext (JSON) with AES-256-GCM: format(1) ‖ algorithm(1) ‖ keyVersion(u32) ‖
 * catalogueVersion(u32) ‖ commitment(16) ‖ nonce(12) ‖ ciphertext ‖ tag(16), padded.
 */
export function sealRecord(key: CompartmentKey, meta: RecordMeta, plaintext: Buffer): Buffer {
  return sealEnvelope(recordEnvelope(key, meta, meta.catalogueVersion), plaintext, takeNonce);
}

/** The plaintext, or SealError: changed, cut, under another key, or from another place. */
export function openRecord(key: CompartmentKey, meta: OpenMeta, sealed: Buffer): Buffer {
  const catalogueVersion = meta.catalogueVersion ?? sealedCatalogueVersion(sealed);
  return openEnvelope(recordEnvelope(key, meta, catalogueVersion), sealed);
}

/** Seals any other column. `aadParts` say where it belongs; the first should name its kind. */
export function sealBlob(
  key: KeyObject,
  keyVersion: number,
  aadParts: readonly AadPart[],
  plaintext: Buffer,
  form: BlobForm,
): Buffer {
  return sealEnvelope(blobEnvelope(key, keyVersion, aadParts, form), plaintext, takeNonce);
}

/** The plaintext, or SealError. Key version, parts and form must be those it was sealed with. */
export function openBlob(
  key: KeyObject,
  keyVersion: number,
  aadParts: readonly AadPart[],
  sealed: Buffer,
  form: BlobForm,
): Buffer {
  return openEnvelope(blobEnvelope(key, keyVersion, aadParts, form), sealed);
}

/** Only for `sealBlob`, `openBlob` and their golden test. */
export function blobEnvelope(
  key: KeyObject,
  keyVersion: number,
  aadParts: readonly AadPart[],
  form: BlobForm,
): Envelope {
  return {
    suite: form.siv ? 'aes-256-gcm-siv' : 'aes-256-gcm',
    key,
    commitment: keyCommitment(key),
    keyVersion: checkUint32(keyVersion),
    catalogueVersion: null,
    aad: encodeAad(form.pad ? paddedLabel : label, [keyVersion, ...aadParts]),
    pad: form.pad,
  };
}
