/** Writes the records of some people anew under the catalogue that is being adopted, invisibly. What an
 * earlier attempt wrote of them is taken back first, so it can be done any number of times. */
import type { Catalogue, Compartment } from '../../../../catalogue/catalogue.ts';
import type { House } from '../../../house.ts';
import type { LedgerState } from '../../../ledger/ledger-state.ts';
import { newUuid } from '../../../uuid.ts';
import { tagOf } from '../../../vault/crypto/tag.ts';
import type { Statement } from '../../../vault/database.ts';
import { insertRecords, markReplaced } from '../../../vault/import-write-sql.ts';
import { clearRewritten, stillRewriting } from '../../../vault/migration-sql.ts';
import { byteaArray, int4Array, uuidArray } from '../../../vault/pg-arrays.ts';
import { recordsNowStatement, sealedRecordOf } from '../../../vault/records-sql.ts';
import type { RecordWrite, SealedRecord } from '../../../vault/sealed-record.ts';
import { openStore, type Store } from '../../../vault/store.ts';
import { type PlannedBody, planRecords } from './plan-records.ts';

export interface Migration {
  readonly house: House;
  readonly state: LedgerState;
  /** Bare uuid of the job. */
  readonly job: string;
  readonly before: Catalogue;
  readonly after: Catalogue;
  /** Those that anything is taken from or put into. */
  readonly compartments: readonly Compartment[];
}

export interface Person {
  readonly subject: string;
  readonly keyring: Buffer;
}

/** Somebody else wrote meanwhile: to be done again. */
const CONFLICTS = new Set(['23505', '22012', '40001', '40P01']);

/** False when something changed meanwhile, or the job is not to go on; nothing was written then. */
export async function rewritePeople(of: Migration, people: readonly Person[]): Promise<boolean> {
  const { house, state, job, compartments } = of;
  const { id: client } = state;
  const stores = storesOf(of);
  const records = await readRecords(of, people);
  const tags = people.flatMap(({ subject }) => tagsOf(state, subject, compartments));
  const statements: Statement[] = [
    stillRewriting(client, job),
    ...clearRewritten(client, job, tags),
  ];
  const writes: RecordWrite[] = [];
  for (const person of people) {
    const own = records.get(person.subject) ?? [];
    const written = rewriteOne(house, stores, of, person, own);
    writes.push(...written.records);
    statements.push(...written.statements);
  }
  const replaced = writes.filter((write) => write.revision > 1);
  if (replaced.length > 0) {
    statements.push(
      markReplaced(client, job, {
        ids: uuidArray(replaced.map((write) => write.record)),
        revisions: int4Array(replaced.map((write) => write.revision - 1)),
      }),
    );
  }
  for (const compartment of compartments) {
    const rows = writes.filter((write) => write.compartment === compartment);
    if (rows.length === 0) continue;
    statements.push(
      insertRecords(client, job, {
        compartment,
        ids: uuidArray(rows.map((row) => row.record)),
        revisions: int4Array(rows.map((row) => row.revision)),
        tags: uuidArray(rows.map((row) => row.tag)),
        cts: byteaArray(rows.map((row) => row.ct)),
      }),
    );
  }
  try {
    await house.database.batch([client], statements);
    return true;
  } catch (error) {
    if (CONFLICTS.has((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
}

interface Stores {
  readonly before: Store;
  readonly after: Store;
}

function rewriteOne(
  house: House,
  stores: Stores,
  { before, after }: Migration,
  { subject, keyring }: Person,
  sealed: readonly SealedRecord[],
): { records: RecordWrite[]; statements: Statement[] } {
  const held = stores.before.open(subject, keyring, sealed);
  const { writes, emptied } = planRecords(before, after, held);
  const records: RecordWrite[] = [];
  const statements: Statement[] = [];
  let wrapped = keyring;
  const write = (store: Store, { record, revision, body }: PlannedBody) => {
    const id = record ?? newUuid(house.now());
    const made = store.write(subject, wrapped, { record: id, revision, body, isCarried: true });
    wrapped = made.keyring;
    records.push(...made.records);
    statements.push(...made.statements);
  };
  for (const planned of emptied) write(stores.before, planned);
  for (const planned of writes) write(stores.after, planned);
  return { records, statements };
}

/** Stores for everything: what a job does here is what the whole adoption was decided for. */
export function storesOf({ house, state, before, after }: Migration): Stores {
  const { database, subjectKeys: cache, now } = house;
  const open = (catalogue: Catalogue) =>
    openStore({
      database,
      client: state.id,
      keys: state.clientKeys,
      cache,
      catalogue,
      types: new Set(catalogue.types.map((type) => type.id)),
      now,
      // Nobody gets new keys while something is pending.
      areKeysChanging: false,
    });
  return { before: open(before), after: open(after) };
}

/** The visible records of these people in the compartments concerned. */
async function readRecords(of: Migration, people: readonly Person[]) {
  const { house, state, compartments } = of;
  const owners = new Map<string, string>();
  for (const { subject } of people) {
    for (const tag of tagsOf(state, subject, compartments)) owners.set(tag, subject);
  }
  const read = recordsNowStatement(state.id, [...owners.keys()]);
  const [rows] = await house.database.batch([state.id], [read]);
  const bySubject = new Map<string, SealedRecord[]>();
  for (const row of rows!) {
    const subject = owners.get(row.tag as string)!;
    const list = bySubject.get(subject) ?? [];
    list.push(sealedRecordOf(row, true));
    bySubject.set(subject, list);
  }
  return bySubject;
}

export function tagsOf(
  state: LedgerState,
  subject: string,
  compartments: readonly Compartment[],
): string[] {
  return compartments.map((compartment) => tagOf(state.clientKeys.tag, subject, compartment));
}
