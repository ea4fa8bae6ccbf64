/** The thread of one count: it opens one person's records after the other, adds them to the counts and
 * lets go of them. It has no way to the database. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Catalogue, Compartment } from '../../../../catalogue/catalogue.ts';
import type { ClientKeys } from '../../../vault/client-keys.ts';
import { PersonSealer } from '../../../vault/crypto/person-sealer.ts';
import { sealedKeyVersion } from '../../../vault/crypto/seal.ts';
import { Tagger } from '../../../vault/crypto/tag.ts';
import { uuidOfHex, writeUuid } from '../../../vault/crypto/uuid-bytes.ts';
import type { SealedRecord } from '../../../vault/sealed-record.ts';
import type { RecordBody } from '../../../vault/store.ts';
import { openTally, type Tally } from './tally.ts';

export interface DueWork {
  readonly client: string;
  readonly keys: Pick<ClientKeys, 'client' | 'tag'>;
  readonly catalogue: Catalogue;
  readonly types: readonly string[];
  readonly compartments: readonly Compartment[];
  readonly on: string;
}

/** Some people with their rows, in any order; null at the end. */
export type DueBatch = {
  readonly people: readonly { readonly subject: string; readonly keyring: Uint8Array }[];
  readonly records: readonly SealedRecord[];
} | null;

/** After each batch null, at the end the counts. */
export type DueReply = Tally | null;

const { client, keys, catalogue, types, compartments, on }: DueWork = workerData;
const wanted = new Set(types);
const { tally, add } = openTally(catalogue, wanted, on);
const sealer = new PersonSealer(keys.client, client);
const tagger = new Tagger(keys.tag);

parentPort!.on('message', (batch: DueBatch) => {
  if (batch === null) {
    sealer.wipe();
    tagger.close();
    parentPort!.postMessage(tally satisfies DueReply);
    return;
  }
  const byTag = new Map<string, SealedRecord[]>();
  for (const record of batch.records) {
    const list = byTag.get(record.tag);
    if (list) list.push(record);
    else byTag.set(record.tag, [record]);
  }
  for (const { subject, keyring } of batch.people) add(openPerson(subject, keyring, byTag));
  sealer.wipe();
  parentPort!.postMessage(null satisfies DueReply);
});

function openPerson(
  subject: string,
  keyring: Uint8Array,
  byTag: ReadonlyMap<string, readonly SealedRecord[]>,
): RecordBody[] {
  const id = Buffer.alloc(16);
  writeUuid(id, 0, subject);
  sealer.open(id, 0, asBuffer(keyring));
  const bodies: RecordBody[] = [];
  const tag = Buffer.alloc(16);
  const place = Buffer.alloc(16);
  for (const compartment of compartments) {
    tagger.write(tag, id, 0, compartment);
    for (const { record, revision, ct } of byTag.get(uuidOfHex(tag.toString('hex'))) ?? []) {
      writeUuid(place, 0, record);
      const bytes = asBuffer(ct);
      const versions = { revision, keyVersion: sealedKeyVersion(bytes) };
      const text = sealer.openRecord(compartment, place, 0, versions, bytes);
      const body = JSON.parse(text.toString()) as RecordBody;
      text.fill(0);
      if (wanted.has(body.t)) bodies.push(body);
    }
  }
  return bodies;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
