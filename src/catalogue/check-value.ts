// Whether a value may be stored under an element, and the one form in which it is stored. Every
// value passes here: from the API, from a person's correction, from a million cells of an import.
import type { Catalogue, Element, ElementType } from './catalogue.ts';
import { checkCountry, checkEmail, checkPhone } from './check-contact.ts';
import { dateCheck } from './check-date.ts';
import { moneyCheck, numberCheck } from './check-number.ts';
import { identifierCheck, textCheck } from './check-text.ts';
import { type CheckedValue, EMPTY, refusal, type ValueCheck } from './value-check.ts';

const NOT_IN_LIST = refusal('is not in the code list');
const NOT_YES_NO = refusal('is neither true nor false');

/** Longest text in UTF-16 code units where the element does not say. */
const LENGTH_MAX = { text: 200, freeText: 4000, identifier: 64, document: 255 };

const checks = new WeakMap<Catalogue, WeakMap<Element, ValueCheck>>();

/** The canonical value of `raw` under `element`, or a reason that never repeats the value. */
export function checkValue(catalogue: Catalogue, element: Element, raw: unknown): CheckedValue {
  return checkOf(catalogue, element)(raw);
}

/** The check of one element, made once: what an import calls per cell. Never throws for a value. */
export function compileCheck(catalogue: Catalogue, element: Element): ValueCheck {
  return checkOf(catalogue, element);
}

function checkOf(catalogue: Catalogue, element: Element): ValueCheck {
  const known = checks.get(catalogue) ?? new WeakMap<Element, ValueCheck>();
  checks.set(catalogue, known);
  const check = known.get(element) ?? makeCheck(catalogue, element);
  known.set(element, check);
  return check;
}

function makeCheck(catalogue: Catalogue, element: Element): ValueCheck {
  const bounds = element.validation ?? {};
  const makers: Record<ElementType, () => ValueCheck> = {
    text: () => textCheck(bounds, element.freeText ? LENGTH_MAX.freeText : LENGTH_MAX.text),
    identifier: () => identifierCheck(bounds, LENGTH_MAX.identifier),
    document: () => textCheck(bounds, LENGTH_MAX.document),
    date: () => dateCheck(bounds),
    number: () => numberCheck(bounds),
    money: () => moneyCheck(bounds),
    code: () => codeCheck(Object.keys(catalogue.codeLists[element.codes ?? '']?.codes ?? {})),
    boolean: () => checkBoolean,
    country: () => checkCountry,
    email: () => checkEmail,
    phone: () => checkPhone,
  };
  return makers[element.type]();
}

function codeCheck(codes: readonly string[]): ValueCheck {
  const accepted = new Map(codes.map((code) => [code as unknown, Object.freeze({ value: code })]));
  return (raw) => accepted.get(raw) ?? (raw === '' ? EMPTY : NOT_IN_LIST);
}

function checkBoolean(raw: unknown): CheckedValue {
  if (raw === true || raw === 'true') return { value: true };
  if (raw === false || raw === 'false') return { value: false };
  return raw === '' ? EMPTY : NOT_YES_NO;
}
