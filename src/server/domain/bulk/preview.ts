/** A preview of a bulk edit: who is concerned, what was on record, what would change. Kept sealed under
 * the key of its import. */
import type { KeyObject } from 'node:crypto';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import type { StoredValue } from '../../vault/store.ts';

export interface Selection {
  readonly q?: string;
  readonly filters?: Readonly<Record<string, string>>;
  readonly reportsOf?: string;
  readonly depth?: number;
  readonly ids?: readonly string[];
}

export type PreviewedChange = readonly [element: string, from: StoredValue | null, to: StoredValue];

export interface PreviewedPerson {
  /** Bare uuid. */
  readonly subject: string;
  readonly staffNumber: string | null;
  /** Stands for what was on record, see `seenRecords`. */
  readonly seen: string;
  readonly changes: readonly PreviewedChange[];
  readonly error: string | null;
}

export interface Preview {
  /** Bare uuid of who asked for it. */
  readonly user: string;
  /** The day that it was made; what it means by now. */
  readonly day: string;
  readonly select: Selection;
  readonly set: Readonly<Record<string, StoredValue>>;
  readonly effective: string | null;
  readonly types: readonly string[];
  readonly people: readonly PreviewedPerson[];
}

const FORM = { siv: false, pad: true };
const PART_BYTES = 1024 * 1024;

export function sealPreview(
  key: KeyObject,
  client: string,
  id: string,
  preview: Preview,
): Buffer[] {
  const bytes = Buffer.from(JSON.stringify(preview));
  const count = Math.ceil(bytes.length / PART_BYTES);
  return Array.from({ length: count }, (_, part) =>
    sealBlob(
      key,
      1,
      ['bulk-preview', client, id, part, count],
      bytes.subarray(PART_BYTES * part, PART_BYTES * (part + 1)),
      FORM,
    ),
  );
}

/** Throws SealError. */
export function openPreview(
  key: KeyObject,
  client: string,
  id: string,
  parts: readonly Buffer[],
): Preview {
  const opened = parts.map((ct, part) =>
    openBlob(key, 1, ['bulk-preview', client, id, part, parts.length], ct, FORM),
  );
  return JSON.parse(Buffer.concat(opened).toString());
}
