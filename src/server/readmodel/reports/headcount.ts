/** How many people are employed on a day, by at most two dimensions. */
import { dayOf } from '../day.ts';
import { DIMENSIONS, type Dimension } from './dimensions.ts';
import { AS_OF, BY, type ReportParameters } from './parameters.ts';
import {
  columnOf,
  EMPLOYED,
  EMPLOYED_ELEMENTS,
  NOT_RECORDED,
  type Report,
  type ReportCell,
  type RunContext,
  wordLabel,
} from './report.ts';
import { withholdRows } from './withhold-rows.ts';

export const headcount: Report = {
  id: 'headcount',
  label: 'Headcount on a day',
  parameters: [AS_OF, BY],
  elements: (parameters) => [
    ...EMPLOYED_ELEMENTS,
    ...chosen(parameters).map((dimension) => dimension.element),
  ],
  async run(context, parameters) {
    const dimensions = chosen(parameters);
    const counted = await context.query(countSql(dimensions), [dayOf(parameters.asOf)]);
    const labelled = counted
      .map((row) => row.map((number, i) => cellOf(context, dimensions[i], number)))
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

function cellOf(context: RunContext, dimension: Dimension | undefined, number: number): ReportCell {
  if (dimension === undefined) return number;
  if (number === 0) return NOT_RECORDED;
  const word = context.words(dimension.element)[number]!;
  return wordLabel(context.catalogue, dimension.element, word);
}

function byLabels(a: readonly ReportCell[], b: readonly ReportCell[]): number {
  for (let i = 0; i < a.length - 1; i++) {
    const [left, right] = [String(a[i]), String(b[i])];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
