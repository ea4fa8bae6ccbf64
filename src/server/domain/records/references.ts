/** Whether what a record refers to is on record: an enrolment's programme, an acknowledgement's
 * version. Pure; the client's own records are handed in. */
import type { Catalogue, RecordType, Reference } from '../../../catalogue/catalogue.ts';
import { findType } from '../../../catalogue/find.ts';
import type { StoredValue } from '../../vault/store.ts';

export interface Held {
  readonly t: string;
  readonly e: Readonly<Record<string, StoredValue>>;
  readonly from: string | null;
  readonly until: string | null;
}

export interface ReferenceFault {
  /** The element that names what is not there. */
  readonly element: string;
  readonly reason: string;
}

/** How many names a refusal tells. */
const NAMES_MAX = 10;

/** The types, with those that records of them refer to: whoever writes the ones reads the others. */
export function withReferred(catalogue: Catalogue, types: readonly string[]): string[] {
  const wanted = new Set(types);
  // A set is gone through in the order in which it grows: what is referred to may refer on.
  for (const id of wanted) {
    for (const reference of findType(catalogue, id)?.refersTo ?? []) wanted.add(reference.type);
  }
  return [...wanted];
}

/** The first reference that finds nothing; null when all do. `today` is for records that give no day. */
export function referenceFault(
  type: RecordType,
  values: Readonly<Record<string, unknown>>,
  held: readonly Held[],
  today: string,
): ReferenceFault | null {
  for (const reference of type.refersTo ?? []) {
    const fault = faultOf(reference, values, held, today);
    if (fault) return fault;
  }
  return null;
}

/** Whether a record of the client's is in force on the day. Its `until` as a value is the last day in
 * force; as the end of the record it is the first day after. */
export function isInForce({ e, from, until }: Held, day: string): boolean {
  const begins = [e.from, from].every((start) => typeof start !== 'string' || start <= day);
  return begins && !hasEnded({ e, until }, day);
}

function hasEnded({ e, until }: Pick<Held, 'e' | 'until'>, day: string): boolean {
  return (typeof e.until === 'string' && e.until < day) || (until !== null && until <= day);
}

function faultOf(
  { type, by, where = {}, dated }: Reference,
  values: Readonly<Record<string, unknown>>,
  held: readonly Held[],
  today: string,
): ReferenceFault | null {
  let left = held.filter((record) => record.t === type);
  for (const [id, value] of Object.entries(where)) {
    left = left.filter((record) => record.e[id] === value);
  }
  const day = dated === undefined ? null : ((values[dated] as string | undefined) ?? today);
  const kind = Object.values(where)
    .map((value) => ` of kind ${value}`)
    .join('');
  for (const [element, id] of Object.entries(by)) {
    const found = left.filter((record) => record.e[id] === values[element]);
    if (found.length === 0) {
      const reason = `names no ${type}${kind} of this client; ${hint(left, id, day)}`;
      return { element, reason };
    }
    left = found;
  }
  if (day === null || left.some((record) => !hasEnded(record, day))) return null;
  return { element: Object.keys(by)[0]!, reason: `names a ${type} that has ended before that day` };
}

function hint(held: readonly Held[], id: string, day: string | null): string {
  const open = held.filter((record) => day === null || !hasEnded(record, day));
  const names = [...new Set(open.map((record) => `«${record.e[id]}»`))].sort();
  if (names.length === 0) return 'there is none';
  const more = names.length > NAMES_MAX ? `, and ${names.length - NAMES_MAX} more` : '';
  return `there ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, NAMES_MAX).join(', ')}${more}`;
}
