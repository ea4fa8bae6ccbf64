/** What becomes of one person's records when another catalogue is adopted. Pure: it decides, others
 * open, seal and write. */
import type { Catalogue } from '../../../../catalogue/catalogue.ts';
import { findType } from '../../../../catalogue/find.ts';
import { carryRecord } from '../../../../catalogue/migration.ts';
import type { RecordBody, StoredValue } from '../../../vault/store.ts';
import { overlay } from './overlay.ts';

/** A current record, under the ids of the catalogue before. */
export interface HeldBody {
  readonly record: string;
  readonly revision: number;
  readonly body: RecordBody;
}

/** A revision to be written: of a held record, or the first one of a new record. */
export interface PlannedBody {
  readonly record: string | null;
  readonly revision: number;
  readonly body: RecordBody;
}

export interface Plan {
  /** Under the catalogue after. */
  readonly writes: readonly PlannedBody[];
  /** Records of which nothing is left, without a value: under the catalogue before, for the one after
   * has no such type. */
  readonly emptied: readonly PlannedBody[];
}

interface Kept {
  readonly held: HeldBody | null;
  readonly body: RecordBody;
}

type Values = Readonly<Record<string, StoredValue>>;

export interface Moved {
  readonly values: Values;
  /** Its dates, and who wrote it when: a value that is moved is not collected anew. */
  readonly of: RecordBody;
}

/** The revisions to be written; none for a person whom nothing of it concerns. */
export function planRecords(before: Catalogue, after: Catalogue, all: readonly HeldBody[]): Plan {
  const kept: Kept[] = [];
  const emptied: PlannedBody[] = [];
  const moved = new Map<string, Moved[]>();
  for (const held of all) {
    const { record, revision, body } = held;
    const { compartment } = findType(before, body.t)!;
    const carried = carryRecord(after, before.version, compartment, body.t, body.e);
    for (const [type, values] of Object.entries(carried.moved)) {
      moved.set(type, [...(moved.get(type) ?? []), { values, of: body }]);
    }
    if (carried.type !== null) {
      kept.push({ held, body: { ...body, t: carried.type, e: carried.values } });
    } else emptied.push({ record, revision: revision + 1, body: { ...body, e: {} } });
  }
  let bodies: readonly Kept[] = kept;
  for (const [type, list] of moved) bodies = addMoved(after, bodies, type, list);
  const writes = bodies
    .filter(({ held, body }) => held === null || !isSame(held.body, body))
    .map(({ held, body }) =>
      held === null
        ? { record: null, revision: 1, body }
        : { record: held.record, revision: held.revision + 1, body },
    );
  return { writes, emptied };
}

function addMoved(
  after: Catalogue,
  bodies: readonly Kept[],
  type: string,
  moved: readonly Moved[],
): Kept[] {
  const others = bodies.filter(({ body }) => body.t !== type);
  const own = bodies.filter(({ body }) => body.t === type);
  const made = ({ values, of }: Moved): Kept => ({
    held: null,
    body: { ...of, t: type, e: values },
  });
  switch (findType(after, type)!.cardinality) {
    case 'many':
      return [...others, ...own, ...moved.map(made)];
    case 'one': {
      const [first, ...rest] = [...own, ...moved.map(made)];
      return [...others, rest.reduce((into, { body }) => fill(into, body.e), first!)];
    }
    case 'effective':
      return [...others, ...overlay(type, own, moved)];
  }
}

/** What is there already is not overwritten by what is moved to it. */
function fill(into: Kept, values: Values): Kept {
  return { ...into, body: { ...into.body, e: { ...values, ...into.body.e } } };
}

function isSame(a: RecordBody, b: RecordBody): boolean {
  return (
    a.t === b.t &&
    a.from === b.from &&
    a.until === b.until &&
    JSON.stringify(sorted(a.e)) === JSON.stringify(sorted(b.e))
  );
}

function sorted(values: Values): [string, StoredValue][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
