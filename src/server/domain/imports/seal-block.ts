/** In a thread: the rows of a block as sealed rows of the database. What is new about a person is
 * sealed under that person's keys; the rows are put in the order of their opaque tags, so that the
 * order in which they are stored links nothing. */
import { hash } from 'node:crypto';
import type { Compartment, RecordType } from '../../../catalogue/catalogue.ts';
import { CHANGE_BYTES, COMPARTMENTS } from '../../ledger/changed-records.ts';
import { newUuid } from '../../uuid.ts';
import { CLIENT_KEY_VERSION } from '../../vault/client-keys.ts';
import {
  addSlot,
  hasSlot,
  newKeyring,
  type Slot,
  slots,
  wrapKeyring,
} from '../../vault/crypto/keyring.ts';
import { sealRecord } from '../../vault/crypto/seal.ts';
import { type SubjectKeys, subjectKeys } from '../../vault/crypto/subject-keys.ts';
import { tagOf } from '../../vault/crypto/tag.ts';
import { writeUuid } from '../../vault/crypto/uuid-bytes.ts';
import { byteaArray, int4Array, uuidArray } from '../../vault/pg-arrays.ts';
import type { MappedRow, MappedType } from './file/map-row.ts';
import { type HeldRecord, type PlannedRecord, planChanges, type Values } from './plan-changes.ts';
import type { ThreadData, WrittenBlock } from './thread-messages.ts';

/** Keys do not rotate yet: every keyring and record is under version 1. */
const KEY_VERSION = 1;

/** A person whom the client has already, with the current records of the types that the file names. */
export interface HeldPerson {
  readonly subject: string;
  readonly wrapped: Buffer;
  readonly own: SubjectKeys;
  readonly records: ReadonlyMap<string, readonly HeldRecord[]>;
}

interface SealedRow {
  readonly tag: string;
  readonly record: string;
  readonly revision: number;
  readonly ct: Buffer;
}

export type SealBlock = (
  rows: readonly MappedRow[],
  hashes: readonly Buffer[],
  held: ReadonlyMap<number, HeldPerson>,
) => WrittenBlock;

/** `held` is by position of the row; everybody else is new. */
export function blockSealer(data: ThreadData): SealBlock {
  const { client, keys, startedAt, adopted } = data;
  const types = new Map<string, RecordType>(adopted.types.map((type) => [type.id, type]));
  const day = new Date(startedAt).toISOString().slice(0, 10);
  const end = `"at":"${new Date(startedAt).toISOString()}","by":"${data.by}","via":"imp_${data.id}"}`;

  return (rows, hashes, held) => {
    const added: { subject: string; hash: Buffer; keyring: Buffer }[] = [];
    const rekeyed: { subject: string; before: Buffer; after: Buffer }[] = [];
    const sealed = new Map<Compartment, SealedRow[]>();
    const replaced: { record: string; revision: number }[] = [];
    const people = Buffer.allocUnsafeSlow(16 * rows.length);
    let changed = 0;

    const seal = (
      subject: string,
      own: SubjectKeys,
      tags: Map<Compartment, string>,
      type: RecordType,
      planned: PlannedRecord,
    ): void => {
      const { compartment } = type;
      let tag = tags.get(compartment);
      if (tag === undefined) {
        tag = tagOf(keys.tag, subject, compartment);
        tags.set(compartment, tag);
      }
      const { replaces } = planned;
      const record = replaces?.record ?? newUuid(startedAt);
      const revision = (replaces?.revision ?? 0) + 1;
      if (replaces) replaced.push({ record, revision: replaces.revision });
      const catalogueVersion = adopted.version;
      const meta = { client, subject, record, revision, catalogueVersion, keyVersion: KEY_VERSION };
      const ct = sealRecord(
        own.compartment(compartment)!,
        meta,
        plaintextOf(type.id, planned, end),
      );
      const list = sealed.get(compartment);
      if (list) list.push({ tag, record, revision, ct });
      else sealed.set(compartment, [{ tag, record, revision, ct }]);
    };

    const add = (row: MappedRow, hash: Buffer): string => {
      const subject = newUuid(startedAt);
      const own = subjectKeys(newKeyring(slotsOf(row.types, types)));
      const keyring = wrapKeyring(
        keys.client,
        CLIENT_KEY_VERSION,
        { client, subject },
        own.keyring,
      );
      added.push({ subject, hash, keyring });
      const tags = new Map<Compartment, string>();
      for (const mapped of row.types) {
        const type = types.get(mapped.type)!;
        const from = type.cardinality === 'effective' ? (mapped.from ?? day) : null;
        const e = mapped.values as Values;
        seal(subject, own, tags, type, { replaces: null, e, from, until: null });
      }
      return subject;
    };

    const change = (row: MappedRow, person: HeldPerson): void => {
      const { subject, wrapped, records } = person;
      let { own } = person;
      const tags = new Map<Compartment, string>();
      let isChanged = false;
      for (const mapped of row.types) {
        const type = types.get(mapped.type)!;
        const { cardinality } = type;
        const before = records.get(type.id) ?? [];
        const planned = planChanges(
          cardinality,
          before,
          mapped.values as Values,
          mapped.from ?? day,
        );
        if (planned.length === 0) continue;
        isChanged = true;
        const slot = type.compartment as Slot;
        if (slots.includes(slot) && !hasSlot(own.keyring, slot)) {
          own = subjectKeys(addSlot(own.keyring, slot));
        }
        for (const each of planned) seal(subject, own, tags, type, each);
      }
      if (isChanged) changed++;
      if (own === person.own) return;
      const owner = { client, subject };
      const after = wrapKeyring(keys.client, CLIENT_KEY_VERSION, owner, own.keyring);
      rekeyed.push({ subject, before: wrapped, after });
    };

    for (const [i, row] of rows.entries()) {
      const person = held.get(i);
      if (person) change(row, person);
      writeUuid(people, 16 * i, person?.subject ?? add(row, hashes[i]!));
    }
    added.sort((a, b) => (a.subject < b.subject ? -1 : 1));
    return {
      subjects:
        added.length === 0
          ? null
          : {
              ids: uuidArray(added.map((each) => each.subject)),
              hashes: byteaArray(added.map((each) => each.hash)),
              keyrings: byteaArray(added.map((each) => each.keyring)),
            },
      keyrings:
        rekeyed.length === 0
          ? null
          : {
              ids: uuidArray(rekeyed.map((each) => each.subject)),
              before: byteaArray(rekeyed.map((each) => each.before)),
              after: byteaArray(rekeyed.map((each) => each.after)),
            },
      ...packRecords(sealed),
      replaced:
        replaced.length === 0
          ? null
          : {
              ids: uuidArray(replaced.map((each) => each.record)),
              revisions: int4Array(replaced.map((each) => each.revision)),
            },
      people,
      added: added.length,
      changed,
      unchanged: held.size - changed,
    };
  };
}

/** The same JSON as of a `RecordBody`; its end is the same for the whole import. */
function plaintextOf(type: string, { e, from, until }: PlannedRecord, end: string): Buffer {
  const start = from === null ? 'null' : `"${from}"`;
  const stop = until === null ? 'null' : `"${until}"`;
  return Buffer.from(
    `{"t":"${type}","e":${JSON.stringify(e)},"from":${start},"until":${stop},${end}`,
  );
}

function slotsOf(mapped: readonly MappedType[], types: ReadonlyMap<string, RecordType>): Slot[] {
  const needed = mapped.map(({ type }) => types.get(type)!.compartment as Slot);
  return slots.filter((slot) => needed.includes(slot));
}

function packRecords(
  sealed: ReadonlyMap<Compartment, SealedRow[]>,
): Pick<WrittenBlock, 'records' | 'changes'> {
  const packed = [...sealed].map(([compartment, rows]) => {
    rows.sort((a, b) => (a.tag < b.tag ? -1 : 1));
    const changes = Buffer.allocUnsafeSlow(CHANGE_BYTES * rows.length);
    for (const [i, { record, revision, ct }] of rows.entries()) {
      const at = CHANGE_BYTES * i;
      writeUuid(changes, at, record);
      changes.writeUInt32BE(revision, at + 16);
      changes.write(hash('sha256', ct, 'latin1'), at + 20, 'latin1');
    }
    return {
      rows: {
        compartment,
        ids: uuidArray(rows.map((row) => row.record)),
        revisions: int4Array(rows.map((row) => row.revision)),
        tags: uuidArray(rows.map((row) => row.tag)),
        cts: byteaArray(rows.map((row) => row.ct)),
      },
      changes: { compartment: COMPARTMENTS.indexOf(compartment), bytes: changes },
    };
  });
  return { records: packed.map(({ rows }) => rows), changes: packed.map(({ changes }) => changes) };
}
