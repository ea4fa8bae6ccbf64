/** What tells records of one type apart, and where that must hold them apart. */
import type { Catalogue, RecordType } from '../../../catalogue/catalogue.ts';
import { conflict } from '../../fault.ts';
import type { RecordBody } from '../../vault/store.ts';

/** Throws a conflict when another record has the same identity as `body`, in a type where there can
 * be one only: one that others refer to, or of which nothing can be changed. */
export function checkSingle(
  catalogue: Catalogue,
  type: RecordType,
  body: Pick<RecordBody, 'e'>,
  others: readonly Pick<RecordBody, 'e'>[],
): void {
  if (!isSingle(catalogue, type)) return;
  const { identifiedBy } = type;
  const isTaken = others.some((other) => identifiedBy!.every((id) => other.e[id] === body.e[id]));
  if (!isTaken) return;
  const names = identifiedBy!.map((id) => `${type.id}.${id}`).join(' and ');
  throw conflict('record-exists', `There is a record with this ${names} already.`);
}

/** Throws a conflict when a value is changed by which other records refer to this one. */
export function checkReferred(
  catalogue: Catalogue,
  type: RecordType,
  before: Pick<RecordBody, 'e'>,
  after: Pick<RecordBody, 'e'>,
): void {
  const changed = referredBy(catalogue, type).find((id) => before.e[id] !== after.e[id]);
  if (changed === undefined) return;
  throw conflict(
    'referred-to',
    `Other records refer to this one by ${type.id}.${changed}. End it and begin another one.`,
  );
}

/** Whether there can be one record with the same identity only. */
export function isSingle(catalogue: Catalogue, type: RecordType): boolean {
  if (type.identifiedBy === undefined) return false;
  return type.appendOnly !== undefined || referredBy(catalogue, type).length > 0;
}

function referredBy({ types }: Catalogue, { id }: RecordType): string[] {
  const references = types.flatMap((type) => type.refersTo ?? []).filter(({ type }) => type === id);
  const ids = references.flatMap(({ by, where = {} }) => [
    ...Object.values(by),
    ...Object.keys(where),
  ]);
  return [...new Set(ids)];
}
