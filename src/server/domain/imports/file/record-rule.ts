/** How the rows of a file become records of a type: which of them are which. */
import type { RecordType } from '../../../../catalogue/catalogue.ts';

export interface RecordRule {
  readonly cardinality: RecordType['cardinality'];
  /** The elements by which a row finds its record; null when the file gives none of those that identify
   * one: then only an equal record is the same. */
  readonly identity: readonly string[] | null;
  /** The elements that would identify a record as well, and that the file does not give. */
  readonly missing: readonly string[];
  /** Whether a record that is there can be changed. */
  readonly stays: boolean;
  /** Whether an effective-dated record is corrected where it stands, instead of ended by a new one. */
  readonly corrects: boolean;
}

/** `given` are the elements of the type that columns and constants give. */
export function recordRule(
  type: RecordType,
  given: ReadonlySet<string>,
  corrects = false,
): RecordRule {
  const all = type.identifiedBy ?? [];
  const identity = all.filter((id) => given.has(id));
  return {
    cardinality: type.cardinality,
    identity: identity.length > 0 ? identity : null,
    missing: identity.length > 0 ? all.filter((id) => !given.has(id)) : [],
    stays: type.appendOnly !== undefined,
    corrects,
  };
}

/** What two rows of one person must not have in common: the values by which they find their record. */
export function identityOf(
  rule: RecordRule,
  values: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const ids = rule.identity ?? Object.keys(values).sort();
  return ids.map((id) => (rule.identity ? values[id] : [id, values[id]]) ?? null);
}
