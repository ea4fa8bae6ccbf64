/** Until when an element is kept: the retention clock of its procedure, once that has started. */
import type { Element } from '../../../catalogue/catalogue.ts';
import type { RecordBody } from '../../vault/store.ts';
import { addDuration } from './add-duration.ts';

/** What the clocks depend on beside the record itself; dates are `YYYY-MM-DD`. */
export interface EmploymentDates {
  readonly hired: string | null;
  readonly ended: string | null;
}

/** The day (`YYYY-MM-DD`) on which the longest period ends; null while its clock has not started, or
 * depends on something that the system does not know. */
export function keepUntil(
  element: Element,
  body: RecordBody,
  dates: EmploymentDates,
): string | null {
  const start = clockStart(element.retention.trigger, body, dates);
  return start && addDuration(start, element.retention.maximum);
}

function clockStart(
  trigger: string,
  body: RecordBody,
  { hired, ended }: EmploymentDates,
): string | null {
  const made = body.at.slice(0, 10);
  const last = body.until;
  switch (trigger) {
    case 'record-made':
      return made;
    case 'last-entry':
      return last ?? ended;
    case 'calendar-year-end':
      return yearEnd(last ?? ended ?? made);
    case 'tax-due':
      return taxDue(made);
    case 'employment-end':
    case 'final-pay':
      return ended && (ended > made ? ended : made);
    case 'employment-year-end':
      return ended && yearEnd(ended);
    case 'final-tax-due':
      return ended && taxDue(ended);
    case 'i9-clock': {
      if (!ended || !hired) return null;
      const twoYearsBefore = addYears(ended, -2);
      return hired > twoYearsBefore ? hired : twoYearsBefore;
    }
    default:
      return null;
  }
}

/** Employment tax of a quarter is due by the end of the month after it (26 CFR 31.6071(a)-1). */
function taxDue(date: string): string {
  const [year, month] = date.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, Math.ceil(month / 3) * 3 + 1, 0)).toISOString().slice(0, 10);
}

function yearEnd(date: string): string {
  return `${date.slice(0, 4)}-12-31`;
}

function addYears(date: string, years: number): string {
  return addDuration(date, '', years);
}
