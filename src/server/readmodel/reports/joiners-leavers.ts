/** Who joined and who left, by month: the months up to the one in which the day lies. */
import { dateOf, dayOf, monthEndOf } from '../day.ts';
import { withhold } from '../suppress.ts';
import { AS_OF, MONTHS } from './parameters.ts';
import { EMPLOYED_ELEMENTS, type Report, type ReportCell } from './report.ts';

// $1 to $2: first and last day. Months count from year 0, so that they are whole numbers.
const COUNTS = `select kind, month, count(*)::integer from (
    select 0 as kind, e."hireDate" as day from employment e
    union all select 1, e."terminationDate" from employment e
  ), lateral (select (date '1970-01-01' + day) as d), lateral (select (12 * year(d) + month(d) - 1)::integer as month)
  where day between $1 and $2 group by kind, month`;

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
    for (const [kind, month, people] of await context.query(COUNTS, days)) {
      counts[kind as 0 | 1][month! - first] = people!;
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
