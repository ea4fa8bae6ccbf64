/** What rules are asked about: one committed entry, or something that the server noticed itself, as flat
 * fields. Ids, codes, counts and times only: there is no name, address or value in it. */

export type Scalar = string | number | boolean;
/** A list matches when one of its values does; null and a missing field are the same. */
export type FieldValue = Scalar | readonly Scalar[] | null;

export interface DetectedEvent {
  /** `provider`, or the id of a client. */
  readonly client: string;
  /** Of the entry; null for what stands in no ledger. */
  readonly index: number | null;
  /** ms. */
  readonly at: number;
  readonly fields: ReadonlyMap<string, FieldValue>;
}

/** The values of a field, none for one that is missing. */
export function valuesOf(
  { fields }: Pick<DetectedEvent, 'fields'>,
  field: string,
): readonly Scalar[] {
  const value = fields.get(field);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];
}
