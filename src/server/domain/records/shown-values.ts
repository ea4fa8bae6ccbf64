/** Values of the client's own records as the lists of programmes and policies show them. */
import type { RecordBody, StoredValue } from '../../vault/store.ts';

const DAY_MS = 86_400_000;

export function textOf(value: StoredValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** The last day in force. */
export function lastDay(body: Pick<RecordBody, 'e' | 'until'>): string | null {
  const end = endOf(body);
  return end && daysFrom(end, -1);
}

/** The first day on which it holds no more; null while none is set. The value `until` is the last day in
 * force, the record's own end the first day after. */
function endOf({ e, until }: Pick<RecordBody, 'e' | 'until'>): string | null {
  const last = textOf(e.until);
  const ends = [last && daysFrom(last, 1), until].filter((day) => day !== null);
  return ends.sort()[0] ?? null;
}

function daysFrom(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
