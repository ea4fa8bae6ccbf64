// Numbers and amounts of money. An amount stays decimal text from end to end: never a float.
import type { Validation } from './catalogue.ts';
import { EMPTY, refusal, type ValueCheck } from './value-check.ts';

const NOT_A_NUMBER = refusal('is not a number');
const NOT_MONEY = refusal('is not an amount with a currency');
const NOT_AN_AMOUNT = refusal('is not an amount with at most 4 decimals');
const NOT_A_CURRENCY = refusal('is not a currency (ISO 4217)');
const TOO_SMALL = refusal('is below the smallest value allowed');
const TOO_LARGE = refusal('is above the largest value allowed');

const NUMBER = /^-?\d{1,15}(?:\.\d{1,6})?$/;
const AMOUNT = /^(-?)0*(\d{1,15})(?:\.(\d{1,4}))?$/;
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** A finite number, or its decimal text, from `minimum` to `maximum`. */
export function numberCheck({ minimum = -Infinity, maximum = Infinity }: Validation): ValueCheck {
  return (raw) => {
    if (raw === '') return EMPTY;
    if (typeof raw === 'string' ? !NUMBER.test(raw) : !Number.isFinite(raw)) return NOT_A_NUMBER;
    const value = Number(raw) + 0; // -0 has no place in canonical JSON
    if (value < minimum) return TOO_SMALL;
    if (value > maximum) return TOO_LARGE;
    return { value };
  };
}

/**
 * `{amount, currency}` with the amount as text. Equal amounts become equal text: no leading
 * zeros, no decimals if they are all zero, else two at least (`1.5` → `1.50`, `7.00` → `7`).
 */
export function moneyCheck({ minimum = -Infinity, maximum = Infinity }: Validation): ValueCheck {
  return (raw) => {
    if (raw === '') return EMPTY;
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return NOT_MONEY;
    const { amount, currency } = raw as { amount?: unknown; currency?: unknown };
    if (typeof amount !== 'string' || typeof currency !== 'string') return NOT_MONEY;
    for (const key in raw) if (key !== 'amount' && key !== 'currency') return NOT_MONEY;
    const parts = AMOUNT.exec(amount);
    if (parts === null) return NOT_AN_AMOUNT;
    if (!CURRENCIES.has(currency)) return NOT_A_CURRENCY;
    const size = Number(amount);
    if (size < minimum) return TOO_SMALL;
    if (size > maximum) return TOO_LARGE;
    return { value: { amount: canonicalAmount(parts), currency } };
  };
}

function canonicalAmount([, sign, whole, decimals = '']: RegExpExecArray): string {
  let end = decimals.length;
  while (end > 0 && decimals.charCodeAt(end - 1) === 48) end -= 1;
  if (end === 0) return whole === '0' ? '0' : `${sign}${whole}`;
  const kept = end === 1 ? `${decimals[0]}0` : decimals.slice(0, end);
  return `${sign}${whole}.${kept}`;
}
