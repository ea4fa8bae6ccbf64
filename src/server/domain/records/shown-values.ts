/** Values of the client's own records as the lists of programmes and policies show them. */
import type { RecordBody, StoredValue } from '../../vault/store.ts';

export function textOf(value: StoredValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** The last day in force: as a value, or the day before the one on which the record ends. */
export function lastDay({ e, until }: Pick<RecordBody, 'e' | 'until'>): string | null {
  const ends = [textOf(e.until), until === null ? null : dayBefore(until)];
  return ends.filter((day) => day !== null).sort()[0] ?? null;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
