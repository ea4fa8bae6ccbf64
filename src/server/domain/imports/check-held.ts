/** In a thread: what is wrong with rows for what is on record already. An enrolment needs its programme;
 * an acknowledgement that is there is not changed; a record must be told from others. Only for files
 * whose record types have such rules. */
import { findType } from '../../../catalogue/find.ts';
import { PersonSealer } from '../../vault/crypto/person-sealer.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import { clientItselfHash } from '../../vault/crypto/unique-hash.ts';
import { writeUuid } from '../../vault/crypto/uuid-bytes.ts';
import { type Held, referenceFault, withReferred } from '../records/references.ts';
import type { Caller } from './calls.ts';
import type { CompiledMapping } from './file/compile-mapping.ts';
import type { MappedRow, MappedType } from './file/map-row.ts';
import { hashOf } from './hash-of.ts';
import type { ImportError } from './import-status.ts';
import { openHeld } from './open-held.ts';
import { type HeldRecord, planChanges, type Values } from './plan-changes.ts';
import { compartmentsOf, type HeldPerson, readHeld } from './read-held.ts';
import type { JobServices, ThreadData } from './thread-messages.ts';

/** The errors by position of the row. */
export type CheckHeld = (rows: readonly MappedRow[]) => Promise<ReadonlyMap<number, ImportError>>;

/** Null when nothing on record matters to the file. */
export async function openHeldCheck(
  data: ThreadData,
  compiled: CompiledMapping,
  job: Caller<JobServices>,
): Promise<CheckHeld | null> {
  const { adopted, startedAt } = data;
  const today = new Date(startedAt).toISOString().slice(0, 10);
  const refers = compiled.types.some(({ id }) => findType(adopted, id)?.refersTo);
  const compares = compiled.types.some(({ rule }) => rule.stays || rule.missing.length > 0);
  if (!refers && !compares) return null;
  const own = refers ? await readOwnRecords(data, compiled, job) : [];
  const compartments = compartmentsOf(data, compiled);

  function errorOf(row: MappedRow, held: ReadonlyMap<string, readonly HeldRecord[]> | null) {
    for (const mapped of row.types) {
      const fault =
        referenceError(mapped) ?? (held && changeError(mapped, held.get(mapped.type) ?? []));
      if (fault) return { row: row.row, column: fault.column, reason: fault.reason };
    }
    return null;
  }

  function referenceError({ type, values }: MappedType) {
    const fault = referenceFault(findType(adopted, type)!, values, own, today);
    if (!fault) return null;
    return { column: compiled.headerOf(`${type}.${fault.element}`) ?? '', reason: fault.reason };
  }

  function changeError({ type, values, from }: MappedType, held: readonly HeldRecord[]) {
    const { rule } = compiled.types.find(({ id }) => id === type)!;
    const planned = planChanges(rule, held, values as Values, from ?? today);
    if (!('refused' in planned)) return null;
    const [first] = rule.identity ?? [];
    const column = (first && compiled.headerOf(`${type}.${first}`)) ?? '';
    return { column, reason: planned.refused };
  }

  return async (rows) => {
    const hashes = compares ? rows.map((row) => hashOf(data, compiled, row)) : [];
    const { people, records } = compares
      ? await readOpened(data, compartments, job, hashes)
      : NOBODY;
    const errors = new Map<number, ImportError>();
    for (const [i, row] of rows.entries()) {
      const person = people.get(i);
      const error = errorOf(row, person ? records.get(person)! : null);
      if (error) errors.set(i, error);
    }
    return errors;
  };
}

/** The client's own records that the file's types refer to. */
async function readOwnRecords(
  data: ThreadData,
  compiled: CompiledMapping,
  job: Caller<JobServices>,
): Promise<Held[]> {
  const ids = withReferred(
    data.adopted,
    compiled.types.map(({ id }) => id),
  );
  const types = ids.map((id) => findType(data.adopted, id)!).filter((t) => t.about === 'client');
  const compartments = compartmentsOf(data, { types: types.map(({ id }) => ({ id })) });
  const hash = clientItselfHash(data.keys.unique, data.client);
  const { records } = await readOpened(data, compartments, job, [hash]);
  return [...records.values()].flatMap((byType) =>
    [...byType].flatMap(([t, held]) => held.map(({ e, from, until }) => ({ t, e, from, until }))),
  );
}

type Records = ReadonlyMap<string, readonly HeldRecord[]>;
const NOBODY = { people: new Map<number, HeldPerson>(), records: new Map<HeldPerson, Records>() };
const ATTEMPTS_MAX = 10;

/** Keyrings and records are read one after the other: somebody may get new keys in between. */
async function readOpened(
  data: ThreadData,
  compartments: Parameters<typeof readHeld>[1],
  job: Caller<JobServices>,
  hashes: readonly Buffer[],
) {
  for (let attempt = 1; ; attempt++) {
    const people = await readHeld(data, compartments, job, hashes);
    try {
      return { people, records: openAll(data, people.values()) };
    } catch (error) {
      if (!(error instanceof SealError) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** Every person once. */
function openAll(
  { client, keys }: ThreadData,
  people: Iterable<HeldPerson>,
): Map<HeldPerson, ReadonlyMap<string, readonly HeldRecord[]>> {
  const sealer = new PersonSealer(keys.client, client);
  const subject = Buffer.alloc(16);
  const opened = new Map<HeldPerson, ReadonlyMap<string, readonly HeldRecord[]>>();
  try {
    for (const person of people) {
      if (opened.has(person)) continue;
      writeUuid(subject, 0, person.subject);
      sealer.open(subject, 0, person.wrapped);
      opened.set(person, openHeld(sealer, person.records));
    }
    return opened;
  } finally {
    sealer.wipe();
  }
}
