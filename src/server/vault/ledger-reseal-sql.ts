/** The statements that seal a ledger's entries and lists anew. They change ciphertexts only, which the
 * serving role may not: they run as the owner of the tables. */
import type { Statement } from './database.ts';
import { byteaArray, int8Array } from './pg-arrays.ts';

export function entriesFrom(ledger: string, from: number, limit: number): Statement {
  return {
    name: 'reseal/entries',
    text: `select idx, leaf, ct from ledger_entry where client_id = $1 and idx >= $2
      order by idx limit $3`,
    values: [ledger, from, limit],
  };
}

export interface EntryChange {
  readonly index: number;
  readonly before: Buffer;
  readonly after: Buffer;
}

/** Leaf hash, flags and place stay. */
export function replaceEntries(ledger: string, changes: readonly EntryChange[]): Statement {
  return {
    name: 'reseal/replace-entries',
    text: `update ledger_entry e set ct = w.after
      from unnest($2::int8[], $3::bytea[], $4::bytea[]) as w(idx, before, after)
      where e.client_id = $1 and e.idx = w.idx and e.ct = w.before`,
    values: [
      ledger,
      int8Array(changes.map((c) => c.index)),
      byteaArray(changes.map((c) => c.before)),
      byteaArray(changes.map((c) => c.after)),
    ],
  };
}

/** Parts of lists that lie under none of these versions (each as four bytes). */
export function listsUnderOther(
  ledger: string,
  versions: readonly Buffer[],
  limit: number,
): Statement {
  return {
    name: 'reseal/lists',
    text: `select attachment_id, kind, part, ct from ledger_attachment
      where client_id = $1 and substring(ct from 3 for 4) <> all($2::bytea[]) limit $3`,
    values: [ledger, byteaArray(versions), limit],
  };
}

export function replaceList(
  ledger: string,
  row: Readonly<Record<string, unknown>>,
  after: Buffer,
): Statement {
  return {
    name: 'reseal/replace-list',
    text: `update ledger_attachment set ct = $6
      where client_id = $1 and attachment_id = $2 and kind = $3 and part = $4 and ct = $5`,
    values: [ledger, row.attachment_id, row.kind, row.part, row.ct, after],
  };
}

/** Whether an entry lies under none of these versions. */
export function anyEntryUnderOther(ledger: string, versions: readonly Buffer[]): Statement {
  return {
    name: 'reseal/any-entry',
    text: `select exists (select from ledger_entry
      where client_id = $1 and substring(ct from 3 for 4) <> all($2::bytea[])) as found`,
    values: [ledger, byteaArray(versions)],
  };
}
