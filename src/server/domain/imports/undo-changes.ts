/** The changes of an import the other way round, as the entry of its undoing names them: a record that
 * it made is gone, one that it changed stands at the revision before (decisions/0013). */
import { type Change, type Entry, type ListDigest, parseEntry } from '#verifier/entry.ts';
import { toId, uuidOf } from '../../../contract/ids.ts';
import { Fault } from '../../fault.ts';
import type { House } from '../../house.ts';
import { readAttachedParts, readChangingEntries } from '../../ledger/attached-parts.ts';
import { attachmentStatements } from '../../ledger/attachments.ts';
import { CHANGE_BYTES, GONE } from '../../ledger/changed-records.ts';
import { openEntry } from '../../ledger/entries.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { uuidOfHex, writeUuid } from '../../vault/crypto/uuid-bytes.ts';
import { IN_BULK } from '../../vault/import-sql.ts';
import { replacedDigests } from '../../vault/import-undo-sql.ts';

export interface UndoneChanges {
  readonly changes: readonly Change[] | ListDigest | null;
  readonly subjects: Entry['subjects'];
  readonly isAttached: boolean;
}

export interface UndoneImport {
  readonly state: LedgerState;
  /** Bare uuids of the import, and of its undoing: under that its lists are kept. */
  readonly id: string;
  readonly undo: string;
  /** The ledger's size, at most that before the import's entry. */
  readonly from: number;
}

/** `digest` gives what stands in an entry for packed changes; `progress` is told of every list. */
export async function undoneChanges(
  house: House,
  of: UndoneImport,
  digest: (parts: readonly Uint8Array[]) => Promise<string>,
  progress: (count: number) => void,
): Promise<UndoneChanges> {
  const { entry, attachment } = await entryOf(house, of);
  const { changes, subjects } = entry;
  if (changes === null) return { changes, subjects, isAttached: false };
  if (!('digest' in changes)) {
    const reversed = await reverse(house, of, packed(changes));
    progress(changes.length);
    const isAttached = 'digest' in subjects;
    if (isAttached) await copySubjects(house, of, attachment!);
    return { changes: unpacked(reversed), subjects, isAttached };
  }
  const lists: Buffer[] = [];
  for await (const { part, bytes } of readAttachedParts(
    house.database,
    of.state,
    attachment!,
    'changes',
  )) {
    const reversed = await reverse(house, of, bytes.subarray(1));
    lists.push(reversed);
    await store(house, of, 'changes', part, Buffer.concat([bytes.subarray(0, 1), reversed]));
    progress(reversed.length / CHANGE_BYTES);
  }
  if ('digest' in subjects) await copySubjects(house, of, attachment!);
  const { count } = changes;
  return { changes: { count, digest: await digest(lists) }, subjects, isAttached: true };
}

async function entryOf({ database }: House, { state, id, from }: UndoneImport) {
  const { size } = state.head;
  for (const { index, attachment, ct } of await readChangingEntries(database, state, from, size)) {
    const entry = parseEntry(openEntry(state.keys.sealing, state.id, index, ct));
    if (entry.via === toId('import', id)) return { entry, attachment };
  }
  throw new Fault('import-without-entry', 'the entry of an import that is done was not found');
}

/** Throws a Fault where what the import replaced is not there as it left it. */
async function reverse(
  { database }: House,
  { state, id }: UndoneImport,
  changes: Buffer,
): Promise<Buffer> {
  const out = Buffer.from(changes);
  const written: { record: string; revision: number; at: number }[] = [];
  for (let at = 0; at < out.length; at += CHANGE_BYTES) {
    const revision = out.readUInt32BE(at + 16);
    if (revision === 1) GONE.copy(out, at + 20);
    else written.push({ record: uuidOfHex(out.toString('hex', at, at + 16)), revision, at });
  }
  if (written.length === 0) return out;
  const [, rows] = await database.batch(
    [state.id],
    [IN_BULK, replacedDigests(state.id, id, written)],
  );
  const before = new Map(rows!.map((row) => [row.record_id as string, row.digest as Buffer]));
  for (const { record, revision, at } of written) {
    const digest = before.get(record);
    if (!digest) throw new Fault('record-missing', 'what an import replaced is not there');
    out.writeUInt32BE(revision - 1, at + 16);
    digest.copy(out, at + 20);
  }
  return out;
}

async function copySubjects(house: House, of: UndoneImport, attachment: string): Promise<void> {
  for await (const { part, bytes } of readAttachedParts(
    house.database,
    of.state,
    attachment,
    'subjects',
  )) {
    await store(house, of, 'subjects', part, bytes);
  }
}

async function store(
  { database }: House,
  { state, undo }: UndoneImport,
  kind: 'changes' | 'subjects',
  part: number,
  bytes: Buffer,
): Promise<void> {
  const attachment = { id: undo, parts: [{ kind, bytes }] };
  const statements = attachmentStatements(state.keys, state.id, attachment, state.head.at, part);
  await database.batch([state.id], [IN_BULK, ...statements]);
}

function packed(changes: readonly Change[]): Buffer {
  const out = Buffer.alloc(CHANGE_BYTES * changes.length);
  for (const [i, { record, revision, digest }] of changes.entries()) {
    const at = CHANGE_BYTES * i;
    writeUuid(out, at, uuidOf(record));
    out.writeUInt32BE(revision, at + 16);
    out.write(digest.slice('sha256:'.length), at + 20, 'hex');
  }
  return out;
}

export function unpacked(bytes: Buffer): Change[] {
  return Array.from({ length: bytes.length / CHANGE_BYTES }, (_, i) => {
    const at = CHANGE_BYTES * i;
    return {
      record: toId('record', uuidOfHex(bytes.toString('hex', at, at + 16))),
      revision: bytes.readUInt32BE(at + 16),
      digest: `sha256:${bytes.toString('hex', at + 20, at + CHANGE_BYTES)}`,
    };
  });
}
