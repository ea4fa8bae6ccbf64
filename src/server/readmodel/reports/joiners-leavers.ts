/** Who joined and who left, by month: the months up to the one in which the day lies. */
import { dayOf, monthEndOf } from '../day.ts';
import { isFlowHidden } from '../suppress-flows.ts';
import { noSuchColumn, noSuchRow } from './dimension-cells.ts';
import { monthNumber, monthText, movements } from './movements.ts';
import { AS_OF, MONTHS } from './parameters.ts';
import { EMPLOYED_ELEMENTS, FIRST_DAY, type Report } from './report.ts';

export const joinersLeavers: Report = {
  id: 'joiners-leavers',
  label: 'Joiners and leavers by month',
  group: 'people',
  description:
    'First days and last days by month. Who is hired again joins again. Under suppression a month ' +
    'shows both counts or neither.',
  parameters: [{ ...AS_OF, label: 'Up to this day' }, MONTHS],
  tables: ['employment'],
  elements: () => EMPLOYED_ELEMENTS,
  async run(context, { asOf, months = 12 }) {
    const first = monthNumber(asOf) - months + 1;
    const counted = await movements(context, first, asOf);
    const hidden = counted.map((month) => context.suppress && isFlowHidden(month));
    return {
      asOf,
      columns: [
        { id: 'month', label: 'Month', type: 'text' },
        { id: 'joiners', label: 'Joiners', type: 'count' },
        { id: 'leavers', label: 'Leavers', type: 'count' },
      ],
      rows: counted.map(({ joiners, leavers }, i) => [
        monthText(first + i),
        hidden[i] ? null : joiners,
        hidden[i] ? null : leavers,
      ]),
      suppressed: context.suppress,
      withheld: 2 * hidden.filter(Boolean).length,
      exceptions: null,
    };
  },
  drill: {
    elements: () => EMPLOYED_ELEMENTS,
    async people(context, { asOf, months = 12 }, { row, column }) {
      const first = monthNumber(asOf) - months + 1;
      const wanted = Array.from({ length: months }, (_, i) => monthText(first + i));
      if (row.length !== 1 || !wanted.includes(row[0]!)) throw noSuchRow();
      const condition = CONDITIONS[column];
      if (condition === undefined) throw noSuchColumn();
      const from = dayOf(`${row[0]}-01`);
      const until = Math.min(monthEndOf(from), dayOf(asOf));
      const found = await context.query(
        `select e.person from employment e where e."hireDate" >= ${FIRST_DAY} and (${condition})`,
        [from, until],
      );
      return found.map(([person]) => person!);
    },
  },
};

const CONDITIONS: Readonly<Record<string, string>> = {
  joiners: `e."hireDate" between $1 and $2
      and not (e."terminationDate" >= ${FIRST_DAY} and e."terminationDate" < e."hireDate")
    or e."terminationDate" >= ${FIRST_DAY} and e."rehireDate" > e."terminationDate"
      and greatest(e."rehireDate", e."hireDate") between $1 and $2`,
  leavers: `e."terminationDate" between $1 and $2 and e."terminationDate" >= e."hireDate"`,
};
