/** Writes the blocks that the threads sealed, each in a transaction of its own under the id of the
 * import: nobody sees them before its end. Keeps what the entry must say of them. */
import type { House } from '../../house.ts';
import { attachmentStatements } from '../../ledger/attachments.ts';
import type { Statement } from '../../vault/database.ts';
import { IN_BULK } from '../../vault/import-sql.ts';
import {
  findSubjects,
  insertRecords,
  insertSubjects,
  markReplaced,
  NOT_RUNNING,
  replaceKeyrings,
  stillRunning,
} from '../../vault/import-write-sql.ts';
import { recordsNowStatement, sealedRecordOf } from '../../vault/records-sql.ts';
import type { SealedRecord } from '../../vault/sealed-record.ts';
import { type ImportJob, ImportLost } from './job.ts';
import type { FoundPerson, WrittenBlock } from './thread-messages.ts';

/** Unique violation, division by zero, serialization failure, deadlock. */
const CONFLICTS = new Set(['23505', '22012', '40001', '40P01']);

/** Attachments hold padded parts of at most about this size. */
const PART_BYTES = 1024 * 1024;

export interface PeopleWriter {
  find(hashes: Uint8Array): Promise<readonly FoundPerson[]>;
  read(tags: readonly string[]): Promise<readonly SealedRecord[]>;
  /** False when something of the block has changed meanwhile; nothing of it was written then. */
  write(block: WrittenBlock): Promise<boolean>;
  /** Packed changes as they were written, in any order, and their number. */
  readonly changes: Uint8Array[];
  /** Subject ids of every row. */
  readonly people: Uint8Array[];
  /** Stores the rest of the changes beside the entry to come. */
  storeChanges(): Promise<void>;
  /** Stores further parts, of people. */
  storePeople(parts: readonly Uint8Array[]): Promise<void>;
}

export function openPeopleWriter({ database }: House, job: ImportJob): PeopleWriter {
  const { state, id, status } = job;
  const client = state.id;
  const changes: Uint8Array[] = [];
  const people: Uint8Array[] = [];
  const waiting = new Map<number, { bytes: number; list: Uint8Array[] }>();
  let parts = 0;
  let storing: Promise<unknown> = Promise.resolve();

  async function store(kind: 'changes' | 'subjects', bytes: Buffer): Promise<void> {
    const attachment = { id, parts: [{ kind, bytes }] };
    const { keys, head } = state;
    const statements = attachmentStatements(keys, client, attachment, head.at, parts++);
    const before = storing;
    storing = before.then(() =>
      database.batch([client], [IN_BULK, stillRunning(client, id), ...statements]),
    );
    storing.catch(() => {});
    await before;
  }

  function storeCompartment(compartment: number): Promise<void> {
    const { list } = waiting.get(compartment)!;
    waiting.delete(compartment);
    return store('changes', Buffer.concat([Buffer.of(compartment), ...list]));
  }

  async function keep(block: WrittenBlock): Promise<void> {
    people.push(block.people);
    for (const { compartment, bytes } of block.changes) {
      changes.push(bytes);
      const held = waiting.get(compartment) ?? { bytes: 0, list: [] };
      held.bytes += bytes.length;
      held.list.push(bytes);
      waiting.set(compartment, held);
      if (held.bytes >= PART_BYTES) await storeCompartment(compartment);
    }
    status.rows.added += block.added;
    status.rows.changed += block.changed;
    status.rows.unchanged += block.unchanged;
  }

  return {
    changes,
    people,
    async find(hashes) {
      const [, rows] = await database.batch([client], [IN_BULK, findSubjects(client, hashes)]);
      return rows!.map((row) => ({
        hash: row.staff_number_hash as Buffer,
        subject: row.subject_id as string,
        keyring: row.keyring as Buffer,
      }));
    },
    async read(tags) {
      const [, rows] = await database.batch([client], [IN_BULK, recordsNowStatement(client, tags)]);
      return rows!.map((row) => sealedRecordOf(row, true));
    },
    async write(block) {
      try {
        await database.batch([client], blockStatements(client, id, block));
      } catch (error) {
        const { code = '' } = error as { code?: string };
        if (code === NOT_RUNNING) throw new ImportLost('the import was ended', { cause: error });
        if (CONFLICTS.has(code)) return false;
        throw error;
      }
      await keep(block);
      return true;
    },
    async storeChanges() {
      for (const compartment of [...waiting.keys()]) await storeCompartment(compartment);
      await storing;
    },
    async storePeople(lists) {
      for (const list of lists) await store('subjects', Buffer.from(list));
      await storing;
    },
  };
}

function blockStatements(client: string, id: string, block: WrittenBlock): Statement[] {
  const { subjects, keyrings, replaced, records } = block;
  const statements = [IN_BULK, stillRunning(client, id)];
  if (subjects) statements.push(insertSubjects(client, id, subjects));
  if (keyrings) statements.push(replaceKeyrings(client, keyrings));
  if (replaced) statements.push(markReplaced(client, id, replaced));
  for (const rows of records) statements.push(insertRecords(client, id, rows));
  return statements;
}
