/** New keys for a person: everything that the old ones sealed is opened and sealed anew in its place. */
import type { Compartment } from '../../../catalogue/catalogue.ts';
import {
  hasSlot,
  type KeyringOwner,
  newKeyring,
  slots,
  unwrapKeyring,
  wrapKeyring,
} from './keyring.ts';
import { openRecord, sealedCatalogueVersion, sealedKeyVersion, sealRecord } from './seal.ts';
import { SealError } from './seal-error.ts';
import { subjectKeys } from './subject-keys.ts';
import type { VersionedKey } from './versioned-key.ts';

/** A stored revision of a record. */
export interface StoredRevision {
  readonly record: string;
  readonly revision: number;
  readonly compartment: Compartment;
  readonly ct: Buffer;
}

export interface RenewedPerson {
  /** Wrapped, with keys in the same slots as before. */
  readonly keyring: Buffer;
  /** In the order of the revisions. */
  readonly cts: readonly Buffer[];
}

/** `revisions` must be all that the person has: the rest would be lost. Throws SealError. */
export function renewPerson(
  clientKey: VersionedKey,
  owner: KeyringOwner,
  wrapped: Buffer,
  revisions: readonly StoredRevision[],
): RenewedPerson {
  const before = unwrapKeyring(clientKey, owner, wrapped);
  const after = newKeyring(slots.filter((slot) => hasSlot(before, slot)));
  const [old, renewed] = [subjectKeys(before), subjectKeys(after)];
  const cts = revisions.map(({ record, revision, compartment, ct }) => {
    const [from, to] = [old.compartment(compartment), renewed.compartment(compartment)];
    if (!from || !to) throw new SealError('commitment');
    const catalogueVersion = sealedCatalogueVersion(ct);
    const meta = { ...owner, record, revision, catalogueVersion, keyVersion: sealedKeyVersion(ct) };
    const text = openRecord(from, meta, ct);
    const sealed = sealRecord(to, meta, text);
    text.fill(0);
    return sealed;
  });
  return { keyring: wrapKeyring(clientKey, owner, after), cts };
}
