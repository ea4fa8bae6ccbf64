/** Opens a batch of sealed rows. Pure, so that it runs in the read model's thread and in its helpers
 * alike; keys live no longer than one batch. */
import type { Compartment } from '../../catalogue/catalogue.ts';
import { BatchKeys } from '../vault/crypto/batch-keys.ts';
import { WRAPPED_KEYRING_BYTES } from '../vault/crypto/keyring.ts';
import type { ClientAccess } from './messages.ts';

/** Rows as they came, and where their parts stand in `bytes`. It moves between threads as a whole. */
export interface Batch {
  count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  used: number;
  /** Per row FIELDS numbers: record id at, revision, ciphertext from, until,
   * the place of its person in `people`, compartment. */
  readonly rows: Int32Array<ArrayBuffer>;
  /** The number of the person, by row. */
  readonly numbers: Int32Array<ArrayBuffer>;
  /** Per person of the batch: subject id (16 bytes) and wrapped keyring. */
  readonly people: Uint8Array<ArrayBuffer>;
  peopleCount: number;
  /** Room for the plaintexts: two bytes more than `bytes`. */
  readonly texts: Uint8Array<ArrayBuffer>;
}

/** What opening a batch needs beside it. */
export interface OpenParts {
  readonly access: ClientAccess;
  /** In the order of their numbers in the batch. */
  readonly compartments: readonly Compartment[];
  /** The record types that are wanted; null for all. */
  readonly types: readonly string[] | null;
}

export interface Opened {
  /** Until here the batch's `texts` are a JSON array: for each row its plaintext, or 0 when its type is
   * not wanted or it did not open. */
  readonly end: number;
  /** Rows that did not open. */
  readonly failed: readonly number[];
}

export const FIELDS = 6;
export const PERSON_BYTES = 16 + WRAPPED_KEYRING_BYTES;

const START = '{"t":"';
const [OPEN, CLOSE, COMMA, QUOTE, ZERO] = [...'[],"0'].map((char) => char.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
];

export function openBatch(batch: Batch, { access, compartments, types }: OpenParts): Opened {
  const bytes = asBuffer(batch.bytes);
  const people = asBuffer(batch.people);
  const client = access.clientId;
  const keys = new BatchKeys(access.keys.client, client, compartments, people, PERSON_BYTES);
  // A plaintext is shorter than its ciphertext by more than what stands between two.
  const { texts } = batch;
  const failed: number[] = [];
  const { rows } = batch;
  let end = 0;
  for (let row = 0; row < batch.count; row++) {
    const at = FIELDS * row;
    texts[end++] = row === 0 ? OPEN : COMMA;
    const start = end;
    try {
      const sealed = bytes.subarray(rows[at + 2], rows[at + 3]);
      const text = keys.openRecord(
        rows[at + 4]!,
        rows[at + 5]!,
        bytes,
        rows[at]!,
        rows[at + 1]!,
        sealed,
      );
      if (types === null || isWanted(text, types)) end += text.copy(texts, end);
      text.fill(0);
    } catch {
      failed.push(row);
    }
    if (end === start) texts[end++] = ZERO;
  }
  keys.wipe();
  texts[end++] = CLOSE;
  return { end, failed };
}

/** The batch's buffers, to be moved to another thread instead of being copied. */
export function buffersOf({ bytes, rows, numbers, people, texts }: Batch): ArrayBuffer[] {
  return [bytes.buffer, rows.buffer, numbers.buffer, people.buffer, texts.buffer];
}

/** By the record type, with which a plaintext begins; one that begins otherwise is left to the parser. */
function isWanted(text: Buffer, types: readonly string[]): boolean {
  if (text.toString('latin1', 0, START.length) !== START) return true;
  const type = text.toString('latin1', START.length, text.indexOf(QUOTE, START.length));
  return types.includes(type);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
