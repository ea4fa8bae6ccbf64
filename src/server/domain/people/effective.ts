/** Effective-dated records: each lasts until the next one of its type begins. */
import type { RecordBody } from '../../vault/store.ts';

/** The first day of the record that follows one from `from`; null when none does. */
export function nextBeginning(
  others: readonly Pick<RecordBody, 'from'>[],
  from: string,
): string | null {
  const later = others.map((other) => other.from ?? '').filter((start) => start > from);
  return later.sort()[0] ?? null;
}
