/** In a thread: the rows of a block as sealed rows of the database. What is new about a person is
 * sealed under that person's keys; whoever is held already is opened and compared first. */
import type { Compartment, RecordType } from '../../../catalogue/catalogue.ts';
import { writeNewUuid } from '../../uuid.ts';
import { type Slot, slots } from '../../vault/crypto/keyring.ts';
import { PersonSealer } from '../../vault/crypto/person-sealer.ts';
import { Tagger } from '../../vault/crypto/tag.ts';
import { NIL_UUID, writeUuid } from '../../vault/crypto/uuid-bytes.ts';
import { byteaArray, int4Array, uuidArray, uuidArrayOfBytes } from '../../vault/pg-arrays.ts';
import type { CompiledMapping } from './file/compile-mapping.ts';
import type { MappedRow, MappedType } from './file/map-row.ts';
import { openHeld } from './open-held.ts';
import { type PlannedRecord, planChanges, type Values } from './plan-changes.ts';
import { randomOrder } from './random-order.ts';
import type { HeldPerson } from './read-held.ts';
import { packRows, type SealedRows, sealedRows } from './sealed-rows.ts';
import type { SealedBlock, ThreadData } from './thread-messages.ts';

/** Keys do not rotate yet: every keyring and record is under version 1. */
const KEY_VERSION = 1;

/** `held` is by position of the row; everybody else is new. Throws SealError. */
export function sealBlock(
  data: ThreadData,
  compiled: CompiledMapping,
  rows: readonly MappedRow[],
  hashes: readonly Buffer[],
  held: ReadonlyMap<number, HeldPerson>,
): SealedBlock {
  const { client, keys } = data;
  const sealer = new PersonSealer(keys.client, client);
  const tagger = new Tagger(keys.tag);
  try {
    return sealRows(data, compiled, sealer, tagger, rows, hashes, held);
  } finally {
    sealer.wipe();
    tagger.close();
  }
}

function sealRows(
  data: ThreadData,
  compiled: CompiledMapping,
  sealer: PersonSealer,
  tagger: Tagger,
  rows: readonly MappedRow[],
  hashes: readonly Buffer[],
  held: ReadonlyMap<number, HeldPerson>,
): SealedBlock {
  const { startedAt, adopted } = data;
  const types = new Map<string, RecordType>(adopted.types.map((type) => [type.id, type]));
  const day = new Date(startedAt).toISOString().slice(0, 10);
  const end = `"at":"${new Date(startedAt).toISOString()}","by":"${data.by}","via":"imp_${data.id}"}`;
  const people = Buffer.allocUnsafeSlow(16 * rows.length);
  const added: { place: number; keyring: Buffer }[] = [];
  const rekeyed: { subject: string; before: Buffer; after: Buffer }[] = [];
  const replaced: { record: string; revision: number }[] = [];
  const sealed = new Map<Compartment, SealedRows>();
  const rules = new Map(compiled.types.map(({ id, rule }) => [id, rule]));
  let addedRows = 0;
  let changed = 0;

  /** Of the person whom the sealer has turned to, who stands at `place`. */
  const seal = (place: number, type: RecordType, planned: PlannedRecord): void => {
    const { compartment } = type;
    let list = sealed.get(compartment);
    if (list === undefined) {
      // An effective-dated value ends one record and begins another.
      list = sealedRows(compartment, 2 * rows.length * adopted.types.length);
      sealed.set(compartment, list);
    }
    const { replaces } = planned;
    const at = 16 * list.cts.length;
    const revision = (replaces?.revision ?? 0) + 1;
    if (replaces) {
      writeUuid(list.ids, at, replaces.record);
      replaced.push({ record: replaces.record, revision: replaces.revision });
    } else {
      writeNewUuid(list.ids, at, startedAt);
    }
    if (list.last === place) list.tags.copy(list.tags, at, at - 16, at);
    else tagger.write(list.tags.subarray(at, at + 16), people, 16 * place, compartment);
    list.last = place;
    const versions = { revision, catalogueVersion: adopted.version, keyVersion: KEY_VERSION };
    const plaintext = plaintextOf(type.id, planned, end);
    list.cts.push(sealer.sealRecord(compartment, list.ids, at, versions, plaintext));
    list.revisions.push(revision);
  };

  const add = (place: number, row: MappedRow): void => {
    writeNewUuid(people, 16 * place, startedAt);
    sealer.make(people, 16 * place, slotsOf(row.types, types));
    added.push({ place, keyring: sealer.wrap() });
    for (const mapped of row.types) {
      const type = types.get(mapped.type)!;
      const from = type.cardinality === 'effective' ? (mapped.from ?? day) : null;
      const planned = { replaces: null, e: mapped.values as Values, from, until: null };
      seal(place, type, planned);
    }
  };

  /** `places` are the rows of one person. */
  const change = (places: readonly number[], person: HeldPerson): void => {
    const { subject, wrapped } = person;
    const first = 16 * places[0]!;
    writeUuid(people, first, subject);
    sealer.open(people, first, wrapped);
    const records = openHeld(sealer, person.records);
    let isRekeyed = false;
    for (const place of places) {
      people.copy(people, 16 * place, first, first + 16);
      let isChanged = false;
      let isAdding = true;
      for (const mapped of rows[place]!.types) {
        const type = types.get(mapped.type)!;
        const values = mapped.values as Values;
        const before = records.get(type.id) ?? [];
        const planned = planChanges(rules.get(type.id)!, before, values, mapped.from ?? day);
        if ('refused' in planned) throw new Error('a record changed since the check');
        if (planned.length === 0) continue;
        isChanged = true;
        const slot = type.compartment as Slot;
        if (slots.includes(slot) && sealer.fill(slot)) isRekeyed = true;
        for (const each of planned) seal(place, type, each);
        if (planned.some(({ replaces }) => replaces !== null)) isAdding = false;
      }
      if (isChanged && isAdding && compiled.hasRepeats) addedRows++;
      else if (isChanged) changed++;
    }
    if (isRekeyed) rekeyed.push({ subject, before: wrapped, after: sealer.wrap() });
  };

  const theirs = new Map<HeldPerson, number[]>();
  for (const [place, row] of rows.entries()) {
    const person = held.get(place);
    const known = person && theirs.get(person);
    if (known) known.push(place);
    else if (person) theirs.set(person, [place]);
    else add(place, row);
  }
  for (const [person, places] of theirs) change(places, person);
  const packed = [...sealed.values()].map(packRows);
  return {
    subjects: added.length === 0 ? null : packAdded(added, people, hashes),
    keyrings:
      rekeyed.length === 0
        ? null
        : {
            ids: uuidArray(rekeyed.map((each) => each.subject)),
            before: byteaArray(rekeyed.map((each) => each.before)),
            after: byteaArray(rekeyed.map((each) => each.after)),
          },
    records: packed.map((each) => each.rows),
    changes: packed.map((each) => each.changes),
    replaced:
      replaced.length === 0
        ? null
        : {
            ids: uuidArray(replaced.map((each) => each.record)),
            revisions: int4Array(replaced.map((each) => each.revision)),
          },
    people: compiled.hasRepeats ? eachOnce(people, [...theirs]) : people,
    added: added.length + addedRows,
    changed,
    unchanged: held.size - addedRows - changed,
  };
}

/** The ids of these people, the client itself left out. */
function eachOnce(
  people: Buffer,
  theirs: readonly (readonly [HeldPerson, readonly number[]])[],
): Buffer {
  const persons = theirs.filter(([{ subject }]) => subject !== NIL_UUID);
  const ids = Buffer.allocUnsafeSlow(16 * persons.length);
  for (const [i, [, [place]]] of persons.entries()) {
    people.copy(ids, 16 * i, 16 * place!, 16 * place! + 16);
  }
  return ids;
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

/** In the order of the hashes, which are as good as random. */
function packAdded(
  added: readonly { readonly place: number; readonly keyring: Buffer }[],
  people: Buffer,
  hashes: readonly Buffer[],
): SealedBlock['subjects'] {
  const all = Buffer.concat(added.map(({ place }) => hashes[place]!));
  const order = randomOrder(all, 32, added.length);
  const sorted = Array.from(order, (i) => added[i]!);
  return {
    ids: uuidArrayOfBytes(
      people,
      Uint32Array.from(sorted, ({ place }) => place),
    ),
    hashes: byteaArray(sorted.map(({ place }) => hashes[place]!)),
    keyrings: byteaArray(sorted.map(({ keyring }) => keyring)),
  };
}
