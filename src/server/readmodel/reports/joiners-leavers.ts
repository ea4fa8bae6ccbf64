/** Who joined and who left, by month: the months up to the one in which the day lies. */
import { dateOf, dayOf } from '../day.ts';
import { withhold } from '../suppress.ts';
import { AS_OF, MONTHS } from './parameters.ts';
import { EMPLOYED_ELEMENTS, type Report, type ReportCell } from './report.ts';

// By day, from $1 to $2: days are numbers here, and only we know which month they lie in.
const COUNTS = `select 0 as kind, e."hireDate" as day, count(*)::integer from employment e
  where e."hireDate" between $1 and $2 group by all
  union all
  select 1, e."terminationDate", count(*)::integer from employment e
  where e."terminationDate" between $1 and $2 group by all`;

export const joinersLeavers: Report = {
  id: 'joiners-leavers',
  label: 'Joiners and leavers by month',
  parameters: [{ ...AS_OF, label: 'Up to this day' }, MONTHS],
  elements: () => EMPLOYED_ELEMENTS,
  async run(context, { asOf, months = 12 }) {
    const last = monthNumber(asOf);
    const first = last - months + 1;
    const counts: [number[], number[]] = [new Array(months).fill(0), new Array(months).fill(0)];
    const days = [dayOf(`${monthText(first)}-01`), dayOf(asOf)];
    for (const [kind, day, people] of await context.query(COUNTS, days)) {
      counts[kind as 0 | 1][monthNumber(dateOf(day!)) - first]! += people!;
    }
    const hidden = counts.map((list) => (context.suppress ? withhold([list])[0]! : []));
    let withheld = 0;
    const cell = (kind: 0 | 1, i: number): ReportCell => {
      if (!hidden[kind]![i]) return counts[kind][i]!;
      withheld++;
      return null;
    };
    const rows = Array.from({ length: months }, (_, i) => [
      monthText(first + i),
      cell(0, i),
      cell(1, i),
    ]);
    return {
      asOf,
      columns: [
        { id: 'month', label: 'Month', type: 'text' },
        { id: 'joiners', label: 'Joiners', type: 'count' },
        { id: 'leavers', label: 'Leavers', type: 'count' },
      ],
      rows,
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
};

function monthNumber(date: string): number {
  return 12 * Number(date.slice(0, 4)) + Number(date.slice(5, 7)) - 1;
}

function monthText(month: number): string {
  const year = Math.floor(month / 12);
  return `${String(year).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
}
