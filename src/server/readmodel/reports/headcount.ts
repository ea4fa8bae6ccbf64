/** How many people are employed on a day, by at most two dimensions. */
import { dayOf } from '../day.ts';
import { columnOf, conditionFor, labelOf, noSuchColumn, noSuchRow } from './dimension-cells.ts';
import { DIMENSIONS, type Dimension } from './dimensions.ts';
import { AS_OF, BY, type ReportParameters } from './parameters.ts';
import { EMPLOYED, EMPLOYED_ELEMENTS, type Report, type ReportCell } from './report.ts';
import { withholdRows } from './withhold-rows.ts';

export const headcount: Report = {
  id: 'headcount',
  label: 'Headcount on a day',
  group: 'people',
  description: 'Everybody who is employed on the day, by the job in force on it.',
  parameters: [AS_OF, BY],
  tables: ['staffing'],
  elements: (parameters) => [
    ...EMPLOYED_ELEMENTS,
    ...chosen(parameters).map((dimension) => dimension.element),
  ],
  async run(context, parameters) {
    const dimensions = chosen(parameters);
    const counted = await context.query(countSql(dimensions), [dayOf(parameters.asOf)]);
    const labelled = counted
      .map((row) =>
        row.map((number, i) =>
          dimensions[i] === undefined ? number : labelOf(context, dimensions[i], number),
        ),
      )
      .sort(byLabels);
    const { rows, withheld } = context.suppress
      ? withholdRows(labelled)
      : { rows: labelled, withheld: 0 };
    return {
      asOf: parameters.asOf,
      columns: [
        ...dimensions.map(({ id, label }) => ({ id, label, type: 'text' as const })),
        { id: 'people', label: 'People', type: 'count' as const },
      ],
      rows,
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
  drill: {
    elements: (parameters) => [
      'employment.hireDate',
      ...chosen(parameters).map((dimension) => dimension.element),
    ],
    async people(context, parameters, { row, column }) {
      const dimensions = chosen(parameters);
      if (column !== 'people') throw noSuchColumn();
      if (row.length !== dimensions.length) throw noSuchRow();
      const conditions = dimensions.map((one, i) => conditionFor(context, one, row[i]));
      const found = await context.query(
        `select s.person from staffing s where ${[EMPLOYED, ...conditions].join(' and ')}`,
        [dayOf(parameters.asOf)],
      );
      return found.map(([person]) => person!);
    },
  },
};

function chosen(parameters: ReportParameters): Dimension[] {
  return (parameters.dimensions ?? []).map((id) => DIMENSIONS.find((one) => one.id === id)!);
}

function countSql(dimensions: readonly Dimension[]): string {
  const columns = dimensions.map(columnOf);
  const group = columns.length > 0 ? `group by ${columns.join(', ')}` : '';
  return `select ${[...columns, 'count(*)::integer'].join(', ')} from staffing s
    where ${EMPLOYED} ${group}`;
}

function byLabels(a: readonly ReportCell[], b: readonly ReportCell[]): number {
  for (let i = 0; i < a.length - 1; i++) {
    const [left, right] = [String(a[i]), String(b[i])];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
