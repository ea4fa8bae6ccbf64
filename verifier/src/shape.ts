// A small checker for closed objects: exactly the listed keys, each of its form. Faults name the key, never the value.

/** Thrown on a value that has no place in a ledger. */
export class ShapeError extends TypeError {}

export type Check = (value: unknown) => boolean;

/** The keys of a closed object with their checks, in the order in which they are looked at. */
export type Shape = readonly (readonly [key: string, check: Check])[];

export const shapeOf = (checks: Record<string, Check>): Shape => Object.entries(checks);

/** Null if `value` is an object with exactly the keys of `shape`, each passing its check; else what is wrong. */
export function faultOf(value: unknown, shape: Shape): string | null {
  if (typeof value !== 'object' || value === null) return 'not an object';
  const members = value as Record<string, unknown>;
  for (const [key, check] of shape) {
    if (!check(members[key])) return `${key}: ${key in members ? 'malformed' : 'missing'}`;
  }
  let count = 0;
  for (const _ in members) count++;
  return count === shape.length ? null : 'unknown key';
}

export function objectOf(checks: Record<string, Check>): Check {
  const shape = shapeOf(checks);
  return (value) => faultOf(value, shape) === null;
}

export const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

export const oneOf = (...allowed: readonly unknown[]): Check => {
  const set = new Set(allowed);
  return (value) => set.has(value);
};

export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check) && new Set(value).size === value.length;

/** Strings in ascending order of their UTF-16 code units, none twice. */
export const sortedListOf =
  (check: Check, max = Number.POSITIVE_INFINITY): Check =>
  (value) =>
    Array.isArray(value) &&
    value.length <= max &&
    value.every((item, i) => check(item) && (i === 0 || value[i - 1] < item));

export const isCount =
  (min: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && !Object.is(value, -0);
