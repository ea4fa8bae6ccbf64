/** The end of a migration: one append that makes everything it wrote visible, together with the fact by
 * which the client adopts the catalogue. */
import { hash } from 'node:crypto';
import type { Change, ListDigest } from '#verifier/entry.ts';
import type { Compartment } from '../../../../catalogue/catalogue.ts';
import { catalogueDigest } from '../../../../catalogue/digest.ts';
import { toId } from '../../../../contract/ids.ts';
import { attachmentStatements } from '../../../ledger/attachments.ts';
import { CHANGE_BYTES, COMPARTMENTS } from '../../../ledger/changed-records.ts';
import { draftEntry } from '../../../ledger/draft.ts';
import { writeUuid } from '../../../vault/crypto/uuid-bytes.ts';
import type { Database } from '../../../vault/database.ts';
import { readKeyrings } from '../../../vault/keyring-sql.ts';
import { clearLists, rewrittenRows } from '../../../vault/migration-sql.ts';
import { digestChanges } from '../../imports/digest-changes.ts';
import { listSubjects, subjectIds } from '../../imports/list-subjects.ts';
import type { Job } from '../../jobs/job-kind.ts';
import { type Migration, tagsOf } from './rewrite-people.ts';

const ROWS_PER_PAGE = 2000;
const PEOPLE_PER_PAGE = 2000;
const LIST_MAX = 100;
/** Parts of an attachment are about this large. */
const CHANGES_PER_PART = 20_000;

interface Written {
  readonly subjects: readonly string[] | ListDigest;
  readonly changes: readonly Change[] | ListDigest | null;
  readonly isAttached: boolean;
}

/** False when authority or data moved on meanwhile: look again for what is to be rewritten. */
export async function finishMigration(
  of: Migration,
  job: Job,
  isPurged: boolean,
): Promise<boolean> {
  const { house, state, after } = of;
  const { dataVersion } = state.head;
  const written = await tell(of);
  const { decision, principal, purpose, types, id } = job;
  const sha256 = catalogueDigest(after);
  const { version } = after;
  const fact = { type: 'catalogue.adopted' as const, id: null, version, sha256, signature: null };
  const entry = {
    principal,
    side: 'client' as const,
    role: decision.role,
    operation: 'catalogue.adopt',
    outcome: 'allowed' as const,
    purpose,
    types,
    via: toId('job', id),
  };
  const { subjects, changes, isAttached } = written;
  const appended = await house.ledgers.appendFacts({
    entries: [
      { state, draft: draftEntry({ ...entry, subjects, changes }) },
      { state, draft: draftEntry({ ...entry, types: [], fact }) },
    ],
    decided: new Map([[state.id, decision.authIndex]]),
    until: decision.until,
    data: {
      ledger: state.id,
      dataVersion,
      pending: id,
      isPurged,
      attachment: isAttached ? id : null,
    },
  });
  return appended !== 'stale';
}

/** What the entry says of the people and the changes; long lists are stored beside it. */
async function tell(of: Migration): Promise<Written> {
  const { house, state, job } = of;
  const { packed, tags } = await readChanges(of);
  const people = await ownersOf(of, tags);
  const count = [...packed.values()].reduce((sum, list) => sum + list.length, 0);
  const flat = [...packed.values()].map((list) => Buffer.concat(list));
  const listed = people.length <= LIST_MAX && count <= LIST_MAX;
  await house.database.batch([state.id], [clearLists(state.id, job)]);
  if (listed) {
    const bytes = people.map(uuidBytes);
    return {
      subjects: subjectIds(bytes).map((id) => id.slice(4)),
      changes: count === 0 ? null : flat.flatMap(unpack),
      isAttached: false,
    };
  }
  let first = 0;
  const store = async (kind: 'changes' | 'subjects', bytes: Buffer) => {
    const attachment = { id: job, parts: [{ kind, bytes }] };
    const statements = attachmentStatements(
      state.keys,
      state.id,
      attachment,
      state.head.at,
      first++,
    );
    await house.database.batch([state.id], statements);
  };
  for (const [compartment, list] of packed) {
    for (let at = 0; at < list.length; at += CHANGES_PER_PART) {
      const part = list.slice(at, at + CHANGES_PER_PART);
      await store('changes', Buffer.concat([Buffer.of(compartment), ...part]));
    }
  }
  const list = listSubjects([Buffer.concat(people.map(uuidBytes))]);
  for (const part of list.parts) await store('subjects', Buffer.from(part));
  return {
    subjects: { count: people.length, digest: list.digest },
    changes: count === 0 ? null : { count, digest: digestChanges(flat) },
    isAttached: true,
  };
}

/** The changes by number of the compartment, and the tags that they lie under. */
async function readChanges({ house, state, job }: Migration) {
  const packed = new Map<number, Buffer[]>();
  const tags = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const rows = await page(
      house.database,
      state.id,
      rewrittenRows(state.id, job, after, ROWS_PER_PAGE),
    );
    for (const row of rows) {
      const compartment = COMPARTMENTS.indexOf(row.compartment as Compartment);
      const change = Buffer.alloc(CHANGE_BYTES);
      writeUuid(change, 0, row.record_id as string);
      change.writeUInt32BE(row.revision as number, 16);
      hash('sha256', row.ct as Buffer, 'buffer').copy(change, 20);
      const list = packed.get(compartment);
      if (list) list.push(change);
      else packed.set(compartment, [change]);
      tags.add(row.tag as string);
    }
    if (rows.length < ROWS_PER_PAGE) return { packed, tags };
    after = rows.at(-1)!.record_id as string;
  }
}

/** The people, in the order of their ids, under whose tags something was written. */
async function ownersOf(of: Migration, tags: ReadonlySet<string>): Promise<string[]> {
  const { house, state, compartments } = of;
  const owners: string[] = [];
  let after: string | null = null;
  while (tags.size > 0) {
    const rows = await page(
      house.database,
      state.id,
      readKeyrings(state.id, after, PEOPLE_PER_PAGE),
    );
    for (const row of rows) {
      const subject = row.subject_id as string;
      if (tagsOf(state, subject, compartments).some((tag) => tags.has(tag))) owners.push(subject);
    }
    if (rows.length < PEOPLE_PER_PAGE) break;
    after = rows.at(-1)!.subject_id as string;
  }
  return owners;
}

async function page(database: Database, client: string, statement: ReturnType<typeof clearLists>) {
  const [rows] = await database.batch([client], [statement]);
  return rows!;
}

function unpack(packed: Buffer): Change[] {
  return Array.from({ length: packed.length / CHANGE_BYTES }, (_, i) => {
    const at = CHANGE_BYTES * i;
    const hex = packed.toString('hex', at, at + 16);
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    return {
      record: toId('record', uuid),
      revision: packed.readUInt32BE(at + 16),
      digest: `sha256:${packed.toString('hex', at + 20, at + CHANGE_BYTES)}`,
    };
  });
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
