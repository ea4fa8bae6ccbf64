/** Gives people new keys, some at a time. Each step is one entry that names them and every revision as
 * it lies there from now on; before it, nobody is without keys, and after it the old ones open nothing. */
import { hash } from 'node:crypto';
import { type Change, ENTRY_LIST_MAX, type ListDigest } from '#verifier/entry.ts';
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { toId } from '../../../contract/ids.ts';
import { CHANGE_BYTES, COMPARTMENTS } from '../../ledger/changed-records.ts';
import { draftEntry } from '../../ledger/draft.ts';
import type { Attachment } from '../../ledger/work.ts';
import { newUuid } from '../../uuid.ts';
import { renewPerson } from '../../vault/crypto/renew-person.ts';
import { tagOf } from '../../vault/crypto/tag.ts';
import { writeUuid } from '../../vault/crypto/uuid-bytes.ts';
import {
  countKeyrings,
  type KeyringChange,
  noImport,
  type RevisionChange,
  readKeyrings,
  readWhole,
  renewStatements,
} from '../../vault/keyring-sql.ts';
import { digestChanges } from '../imports/digest-changes.ts';
import type { Job } from '../jobs/job-kind.ts';

/** As many as an entry names one by one. */
const PEOPLE_PER_STEP = ENTRY_LIST_MAX;

interface Renewed {
  /** Under which everything of these people lies. */
  readonly tags: readonly string[];
  readonly keyrings: KeyringChange[];
  readonly revisions: (RevisionChange & { readonly compartment: Compartment })[];
}

/** The next people after `after`: `last` is null when there are no more, and `after` itself when they
 * have to be done again, as something of theirs has just changed or an import is under way. */
export async function renewPeople(
  job: Job,
  after: string | null,
): Promise<{ readonly last: string | null; readonly done: number; readonly total: number }> {
  const { house, state } = job;
  const [rows, [count]] = (await house.database.batch(
    [state.id],
    [readKeyrings(state.id, after, PEOPLE_PER_STEP), countKeyrings(state.id)],
  )) as [{ subject_id: string }[], [{ total: number }]];
  const { total } = count;
  if (rows.length === 0) return { last: null, done: 0, total };
  // What an import has written is nobody's to see, and is sealed with the keys that it read.
  const isFree = state.head.pending === null;
  const subjects = rows.map((row) => row.subject_id);
  if (!isFree || !(await append(job, await renewAll(job, subjects)))) {
    return { last: after, done: 0, total };
  }
  return { last: subjects.at(-1)!, done: rows.length, total };
}

/** Throws SealError when something of these people does not open. */
async function renewAll({ house, state }: Job, subjects: readonly string[]): Promise<Renewed> {
  const { id: client, clientKeys } = state;
  const owners = new Map<string, string>();
  for (const subject of subjects) {
    for (const each of COMPARTMENTS) owners.set(tagOf(clientKeys.tag, subject, each), subject);
  }
  const tags = [...owners.keys()];
  const read = readWhole(client, subjects, tags);
  const [found] = await house.database.batch([client], [read]);
  const held = Map.groupBy(found!, (row) => owners.get(row.tag as string) ?? (row.tag as string));
  const renewed: Renewed = { tags, keyrings: [], revisions: [] };
  for (const [subject, rows] of held) {
    const before = rows.find((row) => row.compartment === null)!.ct as Buffer;
    const revisions = rows
      .filter((row) => row.compartment !== null)
      .map((row) => ({
        record: row.record_id as string,
        revision: row.revision as number,
        compartment: row.compartment as Compartment,
        ct: row.ct as Buffer,
      }));
    const person = renewPerson(clientKeys.client, { client, subject }, before, revisions);
    renewed.keyrings.push({ subject, before, after: person.keyring });
    for (const [i, { record, revision, compartment, ct }] of revisions.entries()) {
      const after = person.cts[i]!;
      renewed.revisions.push({ record, revision, compartment, before: ct, after });
    }
  }
  return renewed;
}

/** False when something has changed meanwhile; then nothing was written. */
async function append(job: Job, { tags, keyrings, revisions }: Renewed): Promise<boolean> {
  const { house, state, id, principal, purpose, types, decision } = job;
  const lists = listsOf(
    newUuid(house.now()),
    keyrings.map(({ subject }) => subject),
    revisions,
  );
  const user = state.authority.users.get(toId('user', principal.user));
  const outcome = await house.ledgers.submit({
    ledger: state.id,
    draft: draftEntry({
      principal,
      side: user?.side ?? 'provider',
      role: decision.role,
      operation: 'keys.rotate',
      outcome: 'allowed',
      purpose,
      instruction: decision.instruction,
      types,
      subjects: lists.subjects,
      changes: lists.changes,
      via: toId('job', id),
    }),
    decided: { authIndex: decision.authIndex, until: decision.until },
    statements: [noImport(state.id), ...renewStatements(state.id, keyrings, revisions, tags)],
    ...(lists.attachment && { attachment: lists.attachment }),
  });
  return outcome.kind === 'committed';
}

interface Lists {
  readonly subjects: readonly string[];
  readonly changes: readonly Change[] | ListDigest;
  readonly attachment: Attachment | null;
}

/** What the entry says; changes beyond a hundred lie beside it, as `changed-records.ts` reads them. */
function listsOf(id: string, subjects: readonly string[], revisions: Renewed['revisions']): Lists {
  const digests = revisions.map(({ after }) => hash('sha256', after, 'hex'));
  if (revisions.length <= ENTRY_LIST_MAX) {
    const changes = revisions.map(({ record, revision }, i) => ({
      record: toId('record', record),
      revision,
      digest: `sha256:${digests[i]}`,
    }));
    return { subjects, changes, attachment: null };
  }
  const parts = COMPARTMENTS.flatMap((compartment, number) => {
    const own = [...revisions.keys()].filter((i) => revisions[i]!.compartment === compartment);
    if (own.length === 0) return [];
    const bytes = Buffer.alloc(1 + CHANGE_BYTES * own.length);
    bytes[0] = number;
    for (const [place, i] of own.entries()) {
      const at = 1 + CHANGE_BYTES * place;
      writeUuid(bytes, at, revisions[i]!.record);
      bytes.writeUInt32BE(revisions[i]!.revision, at + 16);
      bytes.write(digests[i]!, at + 20, 'hex');
    }
    return [{ kind: 'changes' as const, bytes }];
  });
  const digest = digestChanges(parts.map(({ bytes }) => bytes.subarray(1)));
  return { subjects, changes: { count: revisions.length, digest }, attachment: { id, parts } };
}
