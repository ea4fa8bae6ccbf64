/** Turnover: leavers in a month or a year as a share of the average headcount, as ISO 30414:2018 has
 * it. A year's average is that of its months, a month's that of its two ends. */
import { dayOf, isDate } from '../day.ts';
import { isSmall, withhold } from '../suppress.ts';
import { isFlowHidden, isYearPublishable } from '../suppress-flows.ts';
import { noSuchRow } from './dimension-cells.ts';
import { percent } from './figures.ts';
import { joinersLeavers } from './joiners-leavers.ts';
import { type MonthOfMovements, monthNumber, monthText, movements } from './movements.ts';
import { AS_OF, MONTHS, type ParameterDefinition } from './parameters.ts';
import { EMPLOYED_ELEMENTS, type Report, type ReportCell } from './report.ts';

const PERIOD: ParameterDefinition = {
  id: 'period',
  label: 'By',
  type: 'choice',
  default: () => 'month',
  options: [
    { id: 'month', label: 'Month' },
    { id: 'year', label: 'Calendar year' },
  ],
};

interface Row {
  readonly label: string;
  readonly leavers: number;
  readonly voluntary: number;
  readonly involuntary: number;
  readonly average: number;
  readonly isAverageHidden: boolean;
  readonly isHidden: boolean;
  /** Whether voluntary, involuntary and unknown may each be shown. */
  readonly isReasonHidden: readonly [boolean, boolean, boolean];
}

export const turnover: Report = {
  id: 'turnover',
  label: 'Turnover',
  group: 'people',
  description:
    'Leavers as a share of the average headcount, by month or calendar year, voluntary or not. ' +
    'Under suppression only whole years are shown, and reasons only by year.',
  parameters: [{ ...AS_OF, label: 'Up to this day' }, PERIOD, MONTHS],
  tables: ['employment'],
  elements: () => [...EMPLOYED_ELEMENTS, 'employment.voluntary'],
  async run(context, { asOf, months = 12, period }) {
    const last = monthNumber(asOf);
    let first = last - months + 1;
    if (period === 'year') first -= first % 12;
    const counted = await movements(context, first, asOf);
    const rows =
      period === 'year'
        ? yearsOf(counted, first, asOf, context.suppress)
        : counted.map((month, i) => monthRow(month, monthText(first + i), context.suppress));
    let withheld = 0;
    const shown = <T extends ReportCell>(value: T, isHidden: boolean): ReportCell => {
      if (isHidden) withheld++;
      return isHidden ? null : value;
    };
    return {
      asOf,
      columns: [
        { id: period === 'year' ? 'year' : 'month', label: 'Period', type: 'text' },
        { id: 'leavers', label: 'Leavers', type: 'count' },
        { id: 'voluntary', label: 'Left voluntarily', type: 'count' },
        { id: 'involuntary', label: 'Left involuntarily', type: 'count' },
        { id: 'unknown', label: 'Reason not recorded', type: 'count' },
        { id: 'average', label: 'Average headcount', type: 'decimal' },
        { id: 'rate', label: 'Turnover', type: 'percent' },
        { id: 'voluntaryRate', label: 'Voluntary turnover', type: 'percent' },
      ],
      rows: rows.map((row) => {
        const { label, leavers, voluntary, involuntary, average, isHidden } = row;
        const [hideVoluntary, hideInvoluntary, hideUnknown] = row.isReasonHidden;
        return [
          label,
          shown(leavers, isHidden),
          shown(voluntary, hideVoluntary),
          shown(involuntary, hideInvoluntary),
          shown(leavers - voluntary - involuntary, hideUnknown),
          shown(average.toFixed(1), row.isAverageHidden),
          shown(percent(leavers, average), isHidden || row.isAverageHidden),
          shown(percent(voluntary, average), hideVoluntary || row.isAverageHidden),
        ];
      }),
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
  drill: {
    elements: () => [...EMPLOYED_ELEMENTS],
    async people(context, parameters, { row, column }) {
      if (parameters.period === 'year' || !isDate(`${row[0]}-01`)) throw noSuchRow();
      return joinersLeavers.drill!.people(context, parameters, { row, column });
    },
  },
};

function monthRow(month: MonthOfMovements, label: string, suppress: boolean): Row {
  const isReasonHidden = suppress && month.leavers > 0;
  return {
    ...month,
    label,
    average: (month.before + month.after) / 2,
    isAverageHidden: suppress && (isSmall(month.before) || isSmall(month.after)),
    isHidden: suppress && isFlowHidden(month),
    isReasonHidden: [isReasonHidden, isReasonHidden, isReasonHidden],
  };
}

/** Calendar years; under suppression whole ones only: two parts of a year would show what lies
 * between them. */
function yearsOf(
  months: readonly MonthOfMovements[],
  first: number,
  asOf: string,
  suppress: boolean,
): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < months.length; at += 12) {
    const year = months.slice(at, at + 12);
    const label = monthText(first + at).slice(0, 4);
    const isWhole = dayOf(asOf) >= dayOf(`${label}-12-31`);
    const sum = (of: (month: MonthOfMovements) => number) =>
      year.reduce((total, month) => total + of(month), 0);
    const leavers = sum((month) => month.leavers);
    const voluntary = sum((month) => month.voluntary);
    const involuntary = sum((month) => month.involuntary);
    const isHidden = suppress && !(isWhole && isYearPublishable(year));
    const reasons = withhold([[voluntary, involuntary, leavers - voluntary - involuntary]])[0]!;
    rows.push({
      label,
      leavers,
      voluntary,
      involuntary,
      average: sum((month) => (month.before + month.after) / 2) / year.length,
      isAverageHidden:
        suppress && (!isWhole || year.some((one) => isSmall(one.before) || isSmall(one.after))),
      isHidden,
      isReasonHidden: [0, 1, 2].map((i) => isHidden || (suppress && reasons[i]!)) as [
        boolean,
        boolean,
        boolean,
      ],
    });
  }
  return rows;
}
