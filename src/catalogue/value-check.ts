// What every check of one type of value is made of.

/** Takes a raw value; gives its canonical form, or a reason that never repeats it. */
export type ValueCheck = (raw: unknown) => CheckedValue;

export type CheckedValue = { value: CanonicalValue } | { reason: string };

export type CanonicalValue = string | number | boolean | Money;

/** `amount` is decimal text with at most four decimals, `currency` an ISO 4217 code. */
export interface Money {
  amount: string;
  currency: string;
}

/** A refusal that is made once and given out many times. */
export function refusal(reason: string): { reason: string } {
  return Object.freeze({ reason });
}

/** The reasons that checks of several types give. */
export const EMPTY = refusal('is empty');
export const NOT_TEXT = refusal('is not text');
