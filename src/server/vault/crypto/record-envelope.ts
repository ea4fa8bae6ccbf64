/** What binds a sealed record to its place: client, person, record, revision and versions. */
import type { KeyObject } from 'node:crypto';
import { checkUint32 } from './aad.ts';
import type { CompartmentKey } from './compartment-key.ts';
import type { Envelope } from './envelope.ts';
import { UUID_BYTES, writeUuid } from './uuid-bytes.ts';

/** Ids are bare uuids; `subject` is NIL_UUID for a record about the client itself. */
export interface RecordMeta {
  client: string;
  subject: string;
  record: string;
  revision: number;
  catalogueVersion: number;
  keyVersion: number;
}

const LABEL = 'worksmartly/record/1';

// One template, filled in place per call: length ‖ bytes for each part, all of fixed length.
const template = Buffer.allocUnsafeSlow(4 + LABEL.length + 3 * (4 + UUID_BYTES) + 3 * (4 + 4));
let end = template.writeUInt32BE(LABEL.length, 0);
end += template.write(LABEL, end, 'latin1');
const clientAt = reserve(UUID_BYTES);
const subjectAt = reserve(UUID_BYTES);
const recordAt = reserve(UUID_BYTES);
const revisionAt = reserve(4);
const catalogueVersionAt = reserve(4);
const keyVersionAt = reserve(4);

/**
 * The envelope of one record, for immediate use: its AAD is one shared buffer. The record type is
 * not in it: it is authenticated inside the plaintext, so that the row need not show it.
 * Throws TypeError or RangeError on malformed ids or versions.
 */
export function recordEnvelope(
  key: CompartmentKey,
  meta: Omit<RecordMeta, 'catalogueVersion'>,
  catalogueVersion: number,
): Envelope {
  writeUuid(template, clientAt, meta.client);
  writeUuid(template, subjectAt, meta.subject);
  writeUuid(template, recordAt, meta.record);
  return envelopeOf(key, meta, catalogueVersion);
}

/** The same with ids that stand as bytes at `subject[at..at+16]` and `record[at..at+16]`, and a key as
 * bytes: for loads, which open very many. */
export function recordEnvelopeOfBytes(
  key: { readonly key: Uint8Array; readonly commitment: Uint8Array },
  client: string,
  subject: { readonly bytes: Buffer; readonly at: number },
  record: { readonly bytes: Buffer; readonly at: number },
  versions: Pick<RecordMeta, 'revision' | 'catalogueVersion' | 'keyVersion'>,
): Envelope<Uint8Array> {
  writeUuid(template, clientAt, client);
  subject.bytes.copy(template, subjectAt, subject.at, subject.at + UUID_BYTES);
  record.bytes.copy(template, recordAt, record.at, record.at + UUID_BYTES);
  return envelopeOf(key, versions, versions.catalogueVersion);
}

function envelopeOf<Key extends KeyObject | Uint8Array>(
  { key, commitment }: { readonly key: Key; readonly commitment: Uint8Array },
  { revision, keyVersion }: Pick<RecordMeta, 'revision' | 'keyVersion'>,
  catalogueVersion: number,
): Envelope<Key> {
  template.writeUInt32BE(checkUint32(revision), revisionAt);
  template.writeUInt32BE(checkUint32(catalogueVersion), catalogueVersionAt);
  template.writeUInt32BE(checkUint32(keyVersion), keyVersionAt);
  return {
    suite: 'aes-256-gcm',
    key,
    commitment,
    keyVersion,
    catalogueVersion,
    aad: template,
    pad: true,
  };
}

function reserve(length: number): number {
  const at = template.writeUInt32BE(length, end);
  end = at + length;
  return at;
}
