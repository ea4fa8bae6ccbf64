/** Base pay per year by group: how many, and the quantiles. Never a sum or a mean: those could be
 * subtracted from each other. Currencies stand apart. */
import { dayOf } from '../day.ts';
import { currencyOf } from '../pay-columns.ts';
import {
  isQuantilePublishable,
  type Magnitude,
  PAY_PEOPLE,
  withholdMagnitudes,
} from '../suppress-magnitudes.ts';
import { type Counted, countTable } from './count-table.ts';
import {
  columnOf,
  conditionFor,
  dimensionOf,
  labelOf,
  noSuchColumn,
  noSuchRow,
} from './dimension-cells.ts';
import { money, rough } from './figures.ts';
import { AS_OF, BY_ONE } from './parameters.ts';
import { EMPLOYED, EMPLOYED_ELEMENTS, type Report, type ReportCell } from './report.ts';

const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9] as const;
const NONE = '(no pay recorded)';

/** On day $1 the pay in force of those employed. */
export const PAID = `staffing s join paying p on p.person = s.person
    and p.from_day <= $1 and $1 < p.until_day where ${EMPLOYED}`;
export const PAY_ELEMENTS = ['pay.base', 'pay.basis'] as const;

export const payDistribution: Report = {
  id: 'pay-distribution',
  label: 'Pay distribution by group',
  group: 'pay',
  description:
    'Base pay of those employed on the day, per year (an hourly rate × 2,080, a monthly one × 12), by ' +
    'currency: quantiles between the two nearest amounts. Part-time pay is not scaled up.',
  parameters: [AS_OF, BY_ONE],
  tables: ['staffing', 'paying'],
  elements: ({ dimension }) => [
    ...EMPLOYED_ELEMENTS,
    ...PAY_ELEMENTS,
    ...(dimensionOf(dimension) ? [dimensionOf(dimension)!.element] : []),
  ],
  async run(context, { asOf, dimension: id }) {
    const dimension = dimensionOf(id);
    const key = columnOf(dimension);
    const day = [dayOf(asOf)];
    const everybody = await context.query(
      `select ${key}, count(*)::integer from staffing s where ${EMPLOYED} group by all`,
      day,
    );
    const quantiles = QUANTILES.map((at) => `quantile_cont(p.annual, ${at})::double`).join(', ');
    const paid = await context.query(
      `select ${key}, p.currency, count(*)::integer, sum(p.annual)::double, max(p.annual)::double,
        ${quantiles} from ${PAID} group by all`,
      day,
    );
    const currencies = [...new Set(paid.map(([, currency]) => currency!))].sort((a, b) => a - b);
    const cells: Counted[] = [];
    const unpaid = new Map<number, number>(everybody.map(([code, people]) => [code!, people!]));
    for (const [code, currency, count] of paid) {
      const label = labelOf(context, dimension, code!);
      cells.push({ label, column: currencies.indexOf(currency!), count: count! });
      unpaid.set(code!, unpaid.get(code!)! - count!);
    }
    for (const [code, count] of unpaid) {
      cells.push({ label: labelOf(context, dimension, code), column: currencies.length, count });
    }
    const table = countTable(cells, currencies.length + 1, context.suppress);
    let { withheld } = table;
    const rows: ReportCell[][] = [];
    for (const [column, currency] of currencies.entries()) {
      const found = new Map(
        paid
          .filter((row) => row[1] === currency)
          .map((row) => [labelOf(context, dimension, row[0]!), row]),
      );
      const magnitudes = table.labels.map((label): Magnitude => {
        const [, , people = 0, sum = 0, largest = 0] = found.get(label) ?? [];
        return { people, sum, largest };
      });
      const isCountHidden = table.labels.map((_, row) => table.cell(row, column) === null);
      const hidden = context.suppress
        ? withholdMagnitudes(magnitudes, PAY_PEOPLE, isCountHidden)
        : [];
      for (const [row, label] of table.labels.entries()) {
        const people = table.cell(row, column);
        if (people === 0) continue;
        const amounts = QUANTILES.map((at, i) => {
          const isHidden =
            hidden[row] ||
            (context.suppress && !isQuantilePublishable(magnitudes[row]!.people, at));
          if (isHidden) withheld++;
          const amount = found.get(label)?.[5 + i];
          if (isHidden || amount === undefined) return null;
          return money(context.suppress ? rough(amount) : amount);
        });
        rows.push([label, currencyOf(currency), people, ...amounts]);
      }
    }
    for (const [row, label] of table.labels.entries()) {
      const people = table.cell(row, currencies.length);
      if (people !== 0) rows.push([label, NONE, people, ...QUANTILES.map(() => null)]);
    }
    return {
      asOf,
      columns: [
        { id: id ?? 'none', label: dimension?.label ?? 'People', type: 'text' },
        { id: 'currency', label: 'Currency', type: 'text' },
        { id: 'people', label: 'People', type: 'count' },
        ...QUANTILES.map((at) => ({
          id: `p${100 * at}`,
          label: at === 0.5 ? 'Median' : `P${100 * at}`,
          type: 'money' as const,
        })),
      ],
      rows: rows.sort((a, b) => compare(a, b)),
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
  drill: {
    elements: (parameters) => [
      'employment.hireDate',
      ...payDistribution.elements(parameters).filter((id) => !id.startsWith('employment.')),
    ],
    async people(context, { asOf, dimension }, { row, column }) {
      if (column !== 'people') throw noSuchColumn();
      if (row.length !== 2) throw noSuchRow();
      const condition = conditionFor(context, dimensionOf(dimension), row[0]);
      const day = [dayOf(asOf)];
      const paid = await context.query(
        `select s.person, p.currency from ${PAID} and ${condition}`,
        day,
      );
      if (row[1] !== NONE) {
        return paid.filter((one) => currencyOf(one[1]!) === row[1]).map(([person]) => person!);
      }
      const isPaid = new Set(paid.map(([person]) => person!));
      const all = await context.query(
        `select s.person from staffing s where ${EMPLOYED} and ${condition}`,
        day,
      );
      return all.map(([person]) => person!).filter((person) => !isPaid.has(person));
    },
  },
};

function compare(a: readonly ReportCell[], b: readonly ReportCell[]): number {
  const [left, right] = [`${a[0]}\n${a[1]}`, `${b[0]}\n${b[1]}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
