/** From a column's values: how it could be read as an element. */
import type { Catalogue, Element } from '../../../../catalogue/catalogue.ts';
import type { Transform } from '../../../../contract/mapping.ts';
import { compileCell } from './read-cell.ts';
import { pivotDefault } from './read-date.ts';
import { codeMeant, saysNothing } from './value-words.ts';

/** Bad values are the file's, and named row by row later; this many must be good for the reading to be right. */
const goodShare = 0.9;

/**
 * A target's transform (undefined: none is needed), or null where no reading suits the values.
 * `values` are trimmed and not empty. `dayFirst` settles dates like 03/04/2020.
 */
export function suggestTransform(
  catalogue: Catalogue,
  element: Element,
  values: string[],
  dayFirst: boolean,
): { transform: Transform | undefined } | null {
  if (element.type === 'code' || element.type === 'boolean') {
    return suggestCodes(catalogue, element, values);
  }
  if (element.freeText && values.some((value) => saysNothing('', value))) return null;
  const candidates =
    element.type === 'date'
      ? datePatterns(dayFirst).map(dateTransform)
      : element.type === 'money'
        ? moneyTransforms(values)
        : element.id === 'postalCode' && values.some((value) => /^\d{3,4}$/.test(value))
          ? [{ pad: { length: 5, with: '0' } }]
          : [undefined];
  if (values.length === 0) return candidates.length === 1 ? { transform: candidates[0] } : null;
  for (const transform of candidates) {
    const cell = compileCell(catalogue, element, transform);
    if ('fault' in cell) continue;
    const good = values.filter((value) => 'value' in (cell.read(value) ?? {}));
    if (good.length >= values.length * goodShare) return { transform };
  }
  return null;
}

/** Whether some column's dates can only have the day first: such a file has it so everywhere. */
export function hasDayFirst(columns: string[][]): boolean {
  const numeric = /^(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{2}|\d{4})$/;
  return columns.some((values) => {
    const dates = values.map((value) => numeric.exec(value)).filter((date) => date !== null);
    if (dates.length === 0 || dates.length < values.length * goodShare) return false;
    return (
      dates.some((date) => Number(date[1]) > 12) && dates.every((date) => Number(date[2]) <= 12)
    );
  });
}

function datePatterns(dayFirst: boolean): string[] {
  const plain = [
    'YYYY-MM-DD',
    'YYYY/MM/DD',
    'YYYYMMDD',
    'DD-MMM-YYYY',
    'DD MMM YYYY',
    'MMM D, YYYY',
    'DD-MMM-YY',
  ];
  const numeric = ['/', '-', '.'].flatMap((sign) => {
    const monthFirst = [`MM${sign}DD${sign}YYYY`, `MM${sign}DD${sign}YY`];
    const dayBefore = [`DD${sign}MM${sign}YYYY`, `DD${sign}MM${sign}YY`];
    return dayFirst || sign === '.' ? [...dayBefore, ...monthFirst] : [...monthFirst, ...dayBefore];
  });
  return [...plain, ...numeric];
}

function dateTransform(date: string): Transform {
  return date.includes('YYYY') ? { date } : { date, pivot: pivotDefault };
}

function moneyTransforms(values: string[]): Transform[] {
  const signs: [string, string][] = [
    ['€', 'EUR'],
    ['£', 'GBP'],
    ['₹', 'INR'],
    ['¥', 'JPY'],
  ];
  const found = signs.find(([sign]) => values.some((value) => value.includes(sign)));
  const currency = found?.[1] ?? 'USD';
  const american = { money: { currency, decimal: '.' as const, group: ',' as const } };
  return [
    american,
    { money: { currency, decimal: ',', group: '.' } },
    { money: { currency, decimal: ',', group: ' ' } },
    { money: { currency, decimal: '.', group: "'" } },
  ];
}

function suggestCodes(
  catalogue: Catalogue,
  element: Element,
  values: string[],
): { transform: Transform | undefined } | null {
  const isCode = element.type === 'code';
  const list = isCode ? (element.codes ?? '') : 'boolean';
  const known: Record<string, string> = isCode
    ? (catalogue.codeLists[list]?.codes ?? {})
    : { true: 'True', false: 'False' };
  const codes = new Map<string, string>();
  let silent = false;
  for (const value of new Set(values)) {
    const code = codeMeant(list, known, value);
    if (code !== undefined) codes.set(value, code);
    else if (saysNothing(list, value)) silent = true;
    else return null;
  }
  if (codes.size === 0) return null;
  if (!silent && [...codes].every(([value, code]) => value === code))
    return { transform: undefined };
  const transform = { codes: Object.fromEntries(codes) };
  return { transform: silent ? { ...transform, else: 'empty' } : transform };
}
