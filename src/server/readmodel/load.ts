/** From sealed rows to held records: fetch, compare with the ledger, find the person by the tag, open,
 * keep. Nothing that differs from the ledger is kept, and nothing at all when anything differs. */
import type pg from 'pg';
import type { Compartment } from '../../catalogue/catalogue.ts';
import { openRecord, sealedKeyVersion } from '../vault/crypto/seal.ts';
import { type CopyRow, copyRows } from './copy-rows.ts';
import { DigestCheck, type RecordDigests } from './digests.ts';
import { LoadKeys } from './load-keys.ts';
import type { ClientAccess } from './messages.ts';
import { ModelError } from './model-error.ts';
import { addTags, type ModelData } from './model-data.ts';
import { checkedUuid, type Head } from './snapshot.ts';
import { type Plain, putRecord } from './table.ts';
import { uuidText } from './uuid-index.ts';

export interface LoadContext {
  readonly db: pg.ClientBase;
  readonly access: ClientAccess;
  readonly head: Head;
  readonly signal: AbortSignal;
}

/** Wrapped keyrings by number of the person; they live as long as one load. */
export type Keyrings = (Buffer | undefined)[];

/** Fetches the people whom `data` does not have yet, or only `subjects`, with their keyrings. */
export async function loadPeople(
  { db, access, head, signal }: LoadContext,
  data: Pick<ModelData, 'people'>,
  subjects: readonly string[] | null,
): Promise<Keyrings> {
  const keyrings: Keyrings = [];
  await copyRows(
    db,
    `copy (select subject_id, keyring from subject
      where client_id = '${checkedUuid(access.clientId)}' and ${notPending(head)}
      ${subjects === null ? '' : `and subject_id = any ('{${subjects.map(checkedUuid).join()}}')`}
    ) to stdout (format binary)`,
    (row) => {
      signal.throwIfAborted();
      const person = data.people.add(row.bytes, row.start[0]!);
      keyrings[person] = Buffer.from(row.bytes.subarray(row.start[1], row.end[1]));
    },
  );
  return keyrings;
}

/** Which rows: every visible one of these compartments, or only those of `records` (uuids). */
export interface Wanted {
  readonly compartments: readonly Compartment[];
  readonly records: readonly string[] | null;
}

/**
 * Opens the wanted rows and gives each to `keep`. Throws `records-differ-from-ledger` unless they
 * are exactly those of `expected`, and `record-does-not-open`; what was kept is then to be dropped.
 */
export async function loadRecords(
  context: LoadContext,
  data: Pick<ModelData, 'people' | 'tags' | 'tagPerson' | 'tagCompartment'>,
  keyrings: Keyrings,
  wanted: Wanted,
  expected: RecordDigests,
  keep: (row: CopyRow, person: number, plain: Plain) => void,
): Promise<void> {
  const { db, access, head, signal } = context;
  const check = new DigestCheck(expected);
  const keys = new LoadKeys(access, wanted.compartments);
  const take = (row: CopyRow) => {
    signal.throwIfAborted();
    const { bytes, start, end } = row;
    const revision = bytes.readInt32BE(start[1]!);
    const ct = bytes.subarray(start[3], end[3]);
    if (!check.isExpected(bytes, start[0]!, revision, ct)) return;
    const tag = data.tags.find(bytes, start[2]!);
    const person = data.tagPerson[tag];
    const compartment = data.tagCompartment[tag];
    if (person === -1) return;
    const record = uuidText(bytes, start[0]!);
    const keyring = person === undefined ? undefined : keyrings[person];
    if (person === undefined || compartment === undefined || keyring === undefined) {
      throw new ModelError('record-does-not-open', 'a row belongs to nobody', { records: [record] });
    }
    const subject = data.people.uuidAt(person);
    try {
      const key = keys.keyOf(person, subject, keyring, compartment);
      if (key === null) throw new Error('no key');
      const meta = { client: access.clientId, subject, record, revision, keyVersion: sealedKeyVersion(ct) };
      keep(row, person, JSON.parse(openRecord(key, meta, ct).toString()));
    } catch (cause) {
      const message = 'a stored record does not open';
      throw Object.assign(new ModelError('record-does-not-open', message, { records: [record] }), { cause });
    }
  };
  await copyRows(db, recordsSql(access, head, wanted), take);
  const differing = check.differing();
  if (differing.count > 0) {
    const message = `${differing.count} stored records differ from the ledger`;
    throw new ModelError('records-differ-from-ledger', message, differing);
  }
}

/** Loads the people and every record of the compartments into `data`, which must be new to them. */
export async function loadCompartments(
  context: LoadContext,
  data: ModelData,
  compartments: readonly Compartment[],
  expected: RecordDigests,
): Promise<void> {
  const keyrings = await loadPeople(context, data, null);
  addTags(data, context.access, compartments, 0);
  await loadRecords(context, data, keyrings, { compartments, records: null }, expected, keepIn(data));
}

/** Keeps a record in the table of its type; types that are not held are left out. */
export function keepIn(data: ModelData) {
  return (row: CopyRow, person: number, plain: Plain) => {
    const table = data.tables.get(plain.t);
    if (table !== undefined) putRecord(table, row.bytes, row.start[0]!, person, plain);
  };
}

function recordsSql(access: ClientAccess, head: Head, wanted: Wanted): string {
  const compartments = wanted.compartments.map((name) => `'${name.replace(/[^a-z]/g, '')}'`);
  const replaced = head.pending === null ? '' : ` or replaced_in = '${checkedUuid(head.pending)}'`;
  const only = wanted.records === null ? '' : `and record_id = any ('{${wanted.records.map(checkedUuid).join()}}')`;
  return `copy (select record_id, revision, tag, ct from record
    where client_id = '${checkedUuid(access.clientId)}' and compartment in (${compartments.join()})
      and ${notPending(head)} and (replaced_in is null${replaced}) ${only}
    ) to stdout (format binary)`;
}

function notPending(head: Head): string {
  return head.pending === null ? 'true' : `import_id <> '${checkedUuid(head.pending)}'`;
}

