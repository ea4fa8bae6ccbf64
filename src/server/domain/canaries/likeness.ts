/** What canaries take over from the people around them, so that they do not stand out: how staff numbers
 * and addresses are formed, jobs, and when people were hired. */
import { randomInt } from 'node:crypto';

export interface Sample {
  readonly staffNumber: string | null;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The next staff numbers in the way of most, after the greatest and with gaps. */
export function freeNumbers(sample: readonly Sample[], count: number): string[] {
  const ways = new Map<string, { width: number; greatest: number; count: number }>();
  for (const { staffNumber } of sample) {
    const [, prefix, digits] = /^(\D*)(\d{1,9})$/.exec(staffNumber ?? '') ?? [];
    if (prefix === undefined || digits === undefined) continue;
    const way = ways.get(prefix) ?? { width: digits.length, greatest: 0, count: 0 };
    way.greatest = Math.max(way.greatest, Number(digits));
    way.count++;
    ways.set(prefix, way);
  }
  const most = [...ways].sort((a, b) => b[1].count - a[1].count)[0];
  const [prefix, { width, greatest }] = most ?? [
    'E-',
    { width: 5, greatest: randomInt(100, 9000) },
  ];
  const numbers: string[] = [];
  for (let number = greatest; numbers.length < count; ) {
    number += randomInt(3, 40);
    numbers.push(`${prefix}${String(number).padStart(width, '0')}`);
  }
  return numbers;
}

/** One of the sample, or undefined of an empty one. */
export function someone(sample: readonly Sample[]): Sample | undefined {
  return sample.length === 0 ? undefined : sample[randomInt(sample.length)];
}

/** An address of work as others have theirs; null where nobody has one. */
export function addressLike(sample: readonly Sample[], first: string, last: string): string | null {
  for (const { values } of sample) {
    const [, domain] = String(values['contact.workEmail'] ?? '').split('@');
    const name = `${first}.${last}`.normalize('NFD').replace(/\p{M}/gu, '');
    if (domain) return `${name}@${domain}`.toLowerCase();
  }
  return null;
}
