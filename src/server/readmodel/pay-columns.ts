/** Base pay for reports: for every stretch of days on which it stays the same its amount per year, in
 * hundredths of its currency. Amounts of different currencies are never compared. */
import type { NumberColumn } from './duck.ts';
import { endOfRow, type Table } from './table.ts';

/** Per year: an hourly rate × 2,080 (52 weeks of 40 hours), a monthly one × 12. */
const HOURS_PER_YEAR = 2080;
const PER_YEAR: Readonly<Record<string, number>> = {
  annual: 1,
  monthly: 12,
  hourly: HOURS_PER_YEAR,
};

/** Person, from_day, until_day, currency (see `currencyNumber`), annual. Pay without an amount or a
 * basis is left out. */
export function payColumns(pay: Table | undefined): NumberColumn[] {
  const person: number[] = [];
  const from: number[] = [];
  const until: number[] = [];
  const currency: number[] = [];
  const annual: number[] = [];
  const columnOf = (name: string) =>
    pay?.columns[pay.held.elements.findIndex((held) => held.element.id === name)];
  const base = columnOf('base');
  const basis = columnOf('basis');
  if (pay !== undefined && base?.kind === 'text' && basis?.kind === 'code') {
    for (let row = 0; row < pay.ids.size; row++) {
      const text = base.texts[row];
      const times = PER_YEAR[basis.words[basis.codes[row]!]!];
      const end = endOfRow(pay, row);
      if (!text || times === undefined || end <= pay.from[row]!) continue;
      person.push(pay.person[row]!);
      from.push(pay.from[row]!);
      until.push(end);
      currency.push(currencyNumber(text.slice(0, 3)));
      annual.push(annualHundredths(text.slice(4), times));
    }
  }
  return [
    { name: 'person', data: Int32Array.from(person) },
    { name: 'from_day', data: Int32Array.from(from) },
    { name: 'until_day', data: Int32Array.from(until) },
    { name: 'currency', data: Int32Array.from(currency) },
    { name: 'annual', data: Float64Array.from(annual) },
  ];
}

/** A currency as a number from 1 on: its three letters. */
function currencyNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 65, 0) + 1;
}

export function currencyOf(number: number): string {
  const rest = number - 1;
  const at = (power: number) => String.fromCharCode(65 + (Math.floor(rest / power) % 26));
  return at(676) + at(26) + at(1);
}

/** Amounts have at most four decimals, so that whole ten-thousandths are exact up to 10^11. */
function annualHundredths(amount: string, times: number): number {
  return Math.round((Math.round(Number(amount) * 10_000) * times) / 100);
}
