/** In a thread: the sealed records of the person whom the sealer has turned to, opened, by type. */
import type { Compartment } from '../../../catalogue/catalogue.ts';
import type { PersonSealer } from '../../vault/crypto/person-sealer.ts';
import { sealedKeyVersion } from '../../vault/crypto/seal.ts';
import { writeUuid } from '../../vault/crypto/uuid-bytes.ts';
import type { SealedRecord } from '../../vault/sealed-record.ts';
import type { RecordBody } from '../../vault/store.ts';
import { asBuffer } from './file/detect-encoding.ts';
import type { HeldRecord } from './plan-changes.ts';

export function openHeld(
  sealer: PersonSealer,
  records: readonly SealedRecord[],
): ReadonlyMap<string, readonly HeldRecord[]> {
  const byType = new Map<string, HeldRecord[]>();
  const id = Buffer.alloc(16);
  for (const { record, revision, compartment, ct } of records) {
    writeUuid(id, 0, record);
    const bytes = asBuffer(ct);
    const versions = { revision, keyVersion: sealedKeyVersion(bytes) };
    const text = sealer.openRecord(compartment as Compartment, id, 0, versions, bytes);
    const { t, e, from, until } = JSON.parse(text.toString()) as RecordBody;
    const held = { record, revision, e, from, until };
    const list = byType.get(t);
    if (list) list.push(held);
    else byType.set(t, [held]);
  }
  return byType;
}
