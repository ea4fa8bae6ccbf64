/** Writes the blocks that the threads sealed, each in a transaction of its own under the id of the
 * import: nobody sees them before its end. Keeps what the entry must say of them, and beside each block
 * what another process needs to carry the import on. */
import type { House } from '../../house.ts';
import {
  attachmentStatement,
  attachmentStatements,
  openAttachment,
} from '../../ledger/attachments.ts';
import { COMPARTMENTS } from '../../ledger/changed-records.ts';
import type { Statement } from '../../vault/database.ts';
import { insertBlock, readBlocks } from '../../vault/import-parts-sql.ts';
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
import { type KeptBlock, openWritten, sealWritten } from './written-block.ts';

/** Unique violation, division by zero, serialization failure, deadlock. */
const CONFLICTS = new Set(['23505', '22012', '40001', '40P01']);

export interface PeopleWriter {
  find(hashes: Uint8Array): Promise<readonly FoundPerson[]>;
  read(tags: readonly string[]): Promise<readonly SealedRecord[]>;
  /** False when something of the block has changed meanwhile; nothing of it was written then. */
  write(block: WrittenBlock): Promise<boolean>;
  /** Packed changes as they were written, in any order. They stand beside the entry to come already. */
  readonly changes: Uint8Array[];
  /** Subject ids of every row. */
  readonly people: Uint8Array[];
  /** Takes up the blocks that an earlier process wrote; answers their positions. */
  takeUp(): Promise<Uint32Array>;
  /** Stores the list of people beside the entry. */
  storePeople(parts: readonly Uint8Array[]): Promise<void>;
}

export function openPeopleWriter({ database }: House, job: ImportJob): PeopleWriter {
  const { state, id, key, status } = job;
  const client = state.id;
  const changes: Uint8Array[] = [];
  const people: Uint8Array[] = [];

  function partOf(kind: 'changes' | 'subjects', part: number, bytes: Buffer): Statement[] {
    const attachment = { id, parts: [{ kind, bytes }] };
    return attachmentStatements(state.keys, client, attachment, state.head.at, part);
  }

  function statementsOf(block: WrittenBlock): Statement[] {
    const { subjects, keyrings, replaced, records } = block;
    const kept = sealWritten(key, client, id, block.block, block);
    const statements = [
      IN_BULK,
      stillRunning(client, id),
      insertBlock(client, id, block.block, kept),
    ];
    if (subjects) statements.push(insertSubjects(client, id, subjects));
    if (keyrings) statements.push(replaceKeyrings(client, keyrings));
    if (replaced) statements.push(markReplaced(client, id, replaced));
    for (const rows of records) statements.push(insertRecords(client, id, rows));
    for (const { compartment, bytes } of block.changes) {
      const part = COMPARTMENTS.length * block.block + compartment;
      statements.push(...partOf('changes', part, Buffer.concat([Buffer.of(compartment), bytes])));
    }
    return statements;
  }

  function count({ added, changed, unchanged, people: some }: KeptBlock): void {
    people.push(some);
    status.rows.added += added;
    status.rows.changed += changed;
    status.rows.unchanged += unchanged;
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
        await database.batch([client], statementsOf(block));
      } catch (error) {
        const { code = '' } = error as { code?: string };
        if (code === NOT_RUNNING) throw new ImportLost('the import was ended', { cause: error });
        if (CONFLICTS.has(code)) return false;
        throw error;
      }
      for (const { bytes } of block.changes) changes.push(bytes);
      count(block);
      return true;
    },
    async takeUp() {
      const written: number[] = [];
      for (let after = -1; ; ) {
        const [rows] = await database.batch([client], [readBlocks(client, id, after)]);
        if (rows!.length === 0) break;
        for (const row of rows!) {
          after = row.block as number;
          written.push(after);
          count(openWritten(key, client, id, after, row.ct as Buffer));
        }
      }
      if (written.length === 0) return new Uint32Array();
      const [parts] = await database.batch([client], [attachmentStatement(client, id, 'changes')]);
      for (const row of parts!) {
        changes.push(openAttachment(state.keys.sealing, client, id, row).subarray(1));
      }
      return Uint32Array.from(written);
    },
    async storePeople(lists) {
      for (const [part, list] of lists.entries()) {
        const statements = partOf('subjects', part, Buffer.from(list));
        await database.batch([client], [IN_BULK, stillRunning(client, id), ...statements]);
      }
    },
  };
}
