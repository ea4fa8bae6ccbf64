/** What a row of the file changes for a person who is held already, per record type. An empty cell
 * says nothing, so values only come to those that are there. Pure. */
import type { StoredValue } from '../../vault/store.ts';
import type { RecordRule } from './file/record-rule.ts';

export type Values = Readonly<Record<string, StoredValue>>;

/** A current record of the type. */
export interface HeldRecord {
  readonly record: string;
  readonly revision: number;
  readonly e: Values;
  readonly from: string | null;
  readonly until: string | null;
}

/** `replaces` null: a new record; otherwise the next revision of that one. */
export interface PlannedRecord {
  readonly replaces: HeldRecord | null;
  readonly e: Values;
  readonly from: string | null;
  readonly until: string | null;
}

/** Why a row changes nothing and is an error; the reason finishes its sentence. */
export interface RefusedChange {
  readonly refused: string;
}

/** Nothing when the values are held already. `from` is the day from which an effective-dated value
 * holds; `held` are the current records of this type. */
export function planChanges(
  rule: RecordRule,
  held: readonly HeldRecord[],
  values: Values,
  from: string,
): readonly PlannedRecord[] | RefusedChange {
  if (rule.cardinality === 'effective') return planEffective(rule, held, values, from);
  if (rule.cardinality === 'many') return planOneOfMany(rule, held, values);
  const [one] = held;
  if (!one) return [{ replaces: null, e: values, from: null, until: null }];
  return revised(one, values);
}

/** The record with the same identity gets the values; a row that finds none adds one. */
function planOneOfMany(
  { identity, missing, stays }: RecordRule,
  held: readonly HeldRecord[],
  values: Values,
): readonly PlannedRecord[] | RefusedChange {
  const same = held.filter(({ e }) =>
    identity ? identity.every((id) => isSame(e[id], values[id])) : holds(e, values),
  );
  const last = same.at(-1);
  if (!last) return [{ replaces: null, e: values, from: null, until: null }];
  if (same.some(({ e }) => holds(e, values))) return [];
  if (stays) return { refused: 'is on record already with other values, which are never changed' };
  if (same.length > 1 && missing.length > 0) {
    const also = missing.join(' and ');
    return { refused: `could be any of ${same.length} records: give ${also} as well` };
  }
  return revised(last, values);
}

/** A changed value ends the record in force and begins one of its own, unless both begin that day. */
function planEffective(
  { corrects }: RecordRule,
  held: readonly HeldRecord[],
  values: Values,
  from: string,
): PlannedRecord[] {
  const before = held.find(
    (record) => (record.from ?? '') <= from && (record.until === null || record.until > from),
  );
  if (!before) {
    const later = held.map((record) => record.from ?? '').filter((start) => start > from);
    return [{ replaces: null, e: values, from, until: later.sort()[0] ?? null }];
  }
  if (corrects || before.from === from) return revised(before, values);
  if (holds(before.e, values)) return [];
  return [
    { replaces: before, e: before.e, from: before.from, until: from },
    { replaces: null, e: { ...before.e, ...values }, from, until: before.until },
  ];
}

function revised(held: HeldRecord, values: Values): PlannedRecord[] {
  if (holds(held.e, values)) return [];
  const { from, until } = held;
  return [{ replaces: held, e: { ...held.e, ...values }, from, until }];
}

function holds(held: Values, values: Values): boolean {
  for (const id in values) if (!isSame(held[id], values[id])) return false;
  return true;
}

function isSame(a: StoredValue | undefined, b: StoredValue | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  // A cell never holds a document, so it never is the one that is attached.
  if (!('amount' in a) || !('amount' in b)) return false;
  return a.amount === b.amount && a.currency === b.currency;
}
