/** One column's target: the transform of the mapping, then the element's own check. Reasons never hold the cell. */
import type { Catalogue, Element } from '../../../../catalogue/catalogue.ts';
import { compileCheck } from '../../../../catalogue/check-value.ts';
import type { ValueCheck } from '../../../../catalogue/value-check.ts';
import type { Transform } from '../../../../contract/mapping.ts';
import { compileDate } from './read-date.ts';
import { compileMoney } from './read-money.ts';
import { splitName } from './split-name.ts';

/** The canonical value, why there is none, or undefined where the cell says nothing about the element. */
export type CellOutcome = { value: unknown } | { reason: string } | undefined;

/** Takes a cell that is trimmed and not empty. */
export type ReadCell = (cell: string) => CellOutcome;

/** A reader for `element`, or a fault where the transform does not suit its type. */
export function compileCell(
  catalogue: Catalogue,
  element: Element,
  transform: Transform | undefined,
): { fault: string } | { read: ReadCell } {
  const check = compileCheck(catalogue, element);
  if (transform === undefined) return untransformed(element, check);
  const kind = Object.keys(transforms).find((name) => name in transform) as keyof typeof transforms;
  if (!transforms[kind].includes(element.type)) {
    return { fault: `the transform "${kind}" does not suit an element of type ${element.type}` };
  }
  if ('date' in transform) {
    const date = compileDate(transform.date, transform.pivot);
    if ('fault' in date) return date;
    return via(date.read, check, `is not a day of the calendar written ${transform.date}`);
  }
  if ('money' in transform) {
    const { currency, decimal, group } = transform.money;
    const money = compileMoney(transform.money);
    if ('fault' in money) return money;
    const grouped = group === '' ? 'no sign between thousands' : `"${group}" between thousands`;
    return via(
      money.read,
      check,
      `is not an amount of ${currency} with "${decimal}" before decimals and ${grouped}`,
    );
  }
  if ('codes' in transform) return compileCodes(transform, check);
  if ('split' in transform) {
    const { pattern, part } = transform.split;
    return via(
      (cell) => splitName(cell, pattern)?.[part] ?? null,
      check,
      `is not a name written "${pattern}"`,
    );
  }
  if ('pad' in transform) {
    const { length, with: filler } = transform.pad;
    return { read: (cell) => check(cell.padStart(length, filler)) };
  }
  const upper = transform.case === 'upper';
  return { read: (cell) => check(upper ? cell.toUpperCase() : cell.toLowerCase()) };
}

const words = ['text', 'code', 'identifier', 'email', 'phone', 'country'];
const transforms = {
  date: ['date'],
  money: ['money'],
  codes: ['code', 'boolean', 'text', 'country', 'identifier', 'number'],
  split: ['text'],
  pad: ['text', 'code', 'identifier', 'phone'],
  case: words,
};

/** `convert` answers null for a cell it cannot read, and '' where the cell has no such part. */
function via(
  convert: (cell: string) => unknown,
  check: ValueCheck,
  reason: string,
): { read: ReadCell } {
  const failed = { reason };
  return {
    read(cell) {
      const raw = convert(cell);
      if (raw === null) return failed;
      return raw === '' ? undefined : check(raw);
    },
  };
}

function untransformed(
  element: Element,
  check: ValueCheck,
): { fault: string } | { read: ReadCell } {
  if (element.type === 'money') {
    return { fault: 'money needs a transform that names its currency' };
  }
  // Spreadsheets write TRUE and FALSE.
  if (element.type === 'boolean') return { read: (cell) => check(cell.toLowerCase()) };
  return { read: check };
}

function compileCodes(
  transform: Extract<Transform, { codes: unknown }>,
  check: ValueCheck,
): { fault: string } | { read: ReadCell } {
  const outcomes = new Map<string, { code: string; outcome: CellOutcome }>();
  for (const [listed, code] of Object.entries(transform.codes)) {
    const from = listed.normalize('NFC').trim();
    if ((outcomes.get(from)?.code ?? code) !== code) {
      return { fault: `the value "${from}" is listed with two codes` };
    }
    const outcome = check(code);
    if ('reason' in outcome) return { fault: `the code "${code}" ${outcome.reason}` };
    outcomes.set(from, { code, outcome });
  }
  const otherwise: CellOutcome =
    transform.else === 'empty'
      ? undefined
      : { reason: 'is not one of the values that the mapping lists' };
  return {
    read(cell) {
      const found = outcomes.get(cell) ?? outcomes.get(cell.normalize('NFC'));
      return found === undefined ? otherwise : found.outcome;
    },
  };
}
