/** From sealed rows to held records: fetch, compare with the ledger, find the person by the tag, open,
 * keep. Nothing that differs from the ledger is kept, and nothing at all when anything differs. */
import type pg from 'pg';
import type { Compartment } from '../../catalogue/catalogue.ts';
import type { RecordChanges } from '../ledger/changed-records.ts';
import { NIL_UUID } from '../vault/crypto/uuid-bytes.ts';
import { Batches, type TagOwners } from './batches.ts';
import { copyRows } from './copy-rows.ts';
import { DigestCheck } from './digests.ts';
import { Keyrings } from './keyrings.ts';
import type { ClientAccess } from './messages.ts';
import { addTags, type ModelData } from './model-data.ts';
import { ModelError } from './model-error.ts';
import { type Batch, FIELDS, type Opened } from './open-batch.ts';
import { Opener } from './opener.ts';
import { checkedUuid, type Head } from './snapshot.ts';
import { type Plain, putRecord } from './table.ts';
import { uuidText } from './uuid-index.ts';

export interface LoadContext {
  readonly db: pg.ClientBase;
  readonly access: ClientAccess;
  readonly head: Head;
  readonly signal: AbortSignal;
}

/** Fetches all people, or only `subjects` (uuids), with their keyrings; numbers those not known yet.
 * The client itself, which has a keyring for records about itself, is none of them unless named. */
export async function loadPeople(
  { db, access, head, signal }: LoadContext,
  data: Pick<ModelData, 'people'>,
  subjects: readonly string[] | null,
  keyrings = new Keyrings(),
): Promise<Keyrings> {
  await copyRows(
    db,
    `copy (select subject_id, keyring from subject
      where client_id = '${checkedUuid(access.clientId)}' and ${notPending(head)}
      ${subjects === null ? `and subject_id <> '${NIL_UUID}'` : `and subject_id = any ('{${subjects.map(checkedUuid).join()}}')`}
    ) to stdout (format binary)`,
    (row) => {
      signal.throwIfAborted();
      const person = data.people.add(row.bytes, row.start[0]!);
      keyrings.put(person, row.bytes, row.start[1]!, row.end[1]!);
    },
  );
  return keyrings;
}

/** Takes an opened record; its id stands at `bytes[at..at+16]`. */
export type Keep = (bytes: Uint8Array, at: number, person: number, plain: Plain) => void;

/** Which rows: every visible one of these compartments, or only those of `records` (uuids). */
export interface Wanted {
  readonly compartments: readonly Compartment[];
  readonly records: readonly string[] | null;
  /** Of these the record types that are kept; null when all are. Rows of others are checked and opened
   * all the same. */
  readonly types: readonly string[] | null;
}

/**
 * Opens the wanted rows, gives each to `keep`, in any order, and says how many there are. Throws `records-differ-from-ledger`
 * unless they are exactly those of `expected`, and `record-does-not-open`; what was kept until then
 * is to be dropped.
 */
export async function loadRecords(
  context: LoadContext,
  data: TagOwners & Pick<ModelData, 'people'>,
  keyrings: Keyrings,
  wanted: Wanted,
  expected: RecordChanges,
  keep: Keep,
): Promise<number> {
  const { db, access, head, signal } = context;
  const check = new DigestCheck(expected);
  const { compartments, types } = wanted;
  const opener = new Opener({ access, compartments, types }, expected.count, (batch, opened) => {
    keepOpened(batch, opened, keep);
    batches.reuse(batch);
  });
  const batches = new Batches(data, keyrings, compartments, (batch) => opener.open(batch));
  try {
    await copyRows(db, recordsSql(access, head, wanted), (row) => {
      signal.throwIfAborted();
      const ct = row.bytes.subarray(row.start[3], row.end[3]);
      const revision = row.bytes.readInt32BE(row.start[1]!);
      if (check.isExpected(row.bytes, row.start[0]!, revision, ct)) batches.add(row, revision);
    });
    batches.flush();
    await opener.finish();
  } finally {
    await opener.close();
  }
  const differing = check.differing();
  if (differing.count > 0) {
    const message = `${differing.count} stored records differ from the ledger`;
    throw new ModelError('records-differ-from-ledger', message, differing);
  }
  return check.count;
}

function keepOpened(batch: Batch, { end, failed }: Opened, keep: Keep): void {
  if (failed.length > 0) {
    const records = failed.map((row) => uuidText(batch.bytes, batch.rows[FIELDS * row]!));
    throw new ModelError('record-does-not-open', 'a stored record does not open', { records });
  }
  const plains = parseAll(batch.texts, end, batch.count);
  batch.texts.fill(0, 0, end);
  for (let row = 0; row < batch.count; row++) {
    const plain = plains[row]!;
    if (plain !== 0) keep(batch.bytes, batch.rows[FIELDS * row]!, batch.numbers[row]!, plain);
  }
}

/** All at once: a call for each would cost as much again as the parsing. */
function parseAll(texts: Uint8Array<ArrayBuffer>, end: number, count: number): (Plain | 0)[] {
  let plains: (Plain | 0)[] = [];
  try {
    plains = JSON.parse(Buffer.from(texts.buffer, texts.byteOffset, end).toString('utf8'));
  } catch {
    // What JSON.parse says repeats the text.
  }
  if (plains.length !== count) {
    throw new ModelError('record-does-not-open', 'a stored record is not JSON', { records: [] });
  }
  return plains;
}

/** Loads the people and every record of the compartments into `data`, which must be new to them. */
export async function loadCompartments(
  context: LoadContext,
  data: ModelData,
  compartments: readonly Compartment[],
  expected: RecordChanges,
): Promise<void> {
  const keyrings = await loadPeople(context, data, null);
  addTags(data, context.access, compartments, 0);
  data.tagged = data.people.size;
  await loadRecords(
    context,
    data,
    keyrings,
    { compartments, records: null, types: [...data.tables.keys()] },
    expected,
    keepIn(data),
  );
}

/** Keeps a record in the table of its type; types that are not held are left out. */
export function keepIn(data: Pick<ModelData, 'tables'>): Keep {
  return (bytes, at, person, plain) => {
    const table = data.tables.get(plain.t);
    if (table !== undefined) putRecord(table, bytes, at, person, plain);
  };
}

/** The people whose records these are (uuids), null when some are of people not known yet. */
export async function ownersOf(
  { db, access, head }: LoadContext,
  data: TagOwners & Pick<ModelData, 'people'>,
  wanted: Omit<Wanted, 'types'>,
): Promise<string[] | null> {
  const owners = new Set<number>();
  let isKnown = true;
  await copyRows(db, recordsSql(access, head, wanted, 'tag'), (row) => {
    const owner = data.tagPerson[data.tags.find(row.bytes, row.start[0]!)];
    if (owner === undefined) isKnown = false;
    else if (owner !== -1) owners.add(owner);
  });
  return isKnown ? [...owners].map((person) => data.people.uuidAt(person)) : null;
}

function recordsSql(
  access: ClientAccess,
  head: Head,
  wanted: Omit<Wanted, 'types'>,
  columns: 'record_id, revision, tag, ct' | 'tag' = 'record_id, revision, tag, ct',
): string {
  const compartments = wanted.compartments.map((name) => `'${name.replace(/[^a-z]/g, '')}'`);
  const replaced = head.pending === null ? '' : ` or replaced_in = '${checkedUuid(head.pending)}'`;
  const only =
    wanted.records === null
      ? ''
      : `and record_id = any ('{${wanted.records.map(checkedUuid).join()}}')`;
  return `copy (select ${columns} from record
    where client_id = '${checkedUuid(access.clientId)}' and compartment in (${compartments.join()})
      and ${notPending(head)} and (replaced_in is null${replaced}) ${only}
    ) to stdout (format binary)`;
}

function notPending(head: Head): string {
  return head.pending === null ? 'true' : `import_id <> '${checkedUuid(head.pending)}'`;
}
