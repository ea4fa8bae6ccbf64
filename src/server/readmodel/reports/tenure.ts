/** How long people have been employed, in bands of completed years, and the median. */
import { dateOf, dayOf } from '../day.ts';
import { PAY_PEOPLE } from '../suppress-magnitudes.ts';
import { type Counted, countTable, isShown } from './count-table.ts';
import {
  columnOf,
  conditionFor,
  dimensionOf,
  labelOf,
  noSuchColumn,
  noSuchRow,
} from './dimension-cells.ts';
import { decimal } from './figures.ts';
import { AS_OF, BY_ONE } from './parameters.ts';
import { EMPLOYED, EMPLOYED_ELEMENTS, type Report, SERVICE_FROM } from './report.ts';

/** From so many completed years on; the last band has no end. */
const BANDS = [0, 1, 2, 5, 10, 20] as const;
const BAND_COLUMNS = BANDS.map((years, i) => ({
  id: `from${years}`,
  label:
    i + 1 < BANDS.length ? `${years} to under ${BANDS[i + 1]} years` : `${years} years or more`,
  type: 'count' as const,
}));
const DAYS_PER_YEAR = 365.2425;

export const tenure: Report = {
  id: 'tenure',
  label: 'Tenure',
  group: 'people',
  description:
    'Completed years since the first day of the present service, in bands, and the median. Somebody ' +
    'hired again counts from then.',
  parameters: [AS_OF, BY_ONE],
  tables: ['staffing'],
  elements: ({ dimension }) => [
    ...EMPLOYED_ELEMENTS,
    ...(dimensionOf(dimension) ? [dimensionOf(dimension)!.element] : []),
  ],
  async run(context, { asOf, dimension: id }) {
    const dimension = dimensionOf(id);
    const key = columnOf(dimension);
    const from = `select ${key} as key, ${SERVICE_FROM} as first from staffing s where ${EMPLOYED}`;
    const bounds = BANDS.slice(1).map((years) => yearsBefore(asOf, years));
    const band = bounds.map((_, i) => `(first <= $${i + 2})::integer`).join(' + ');
    const day = dayOf(asOf);
    const counted = await context.query(
      `select key, ${band} as band, count(*)::integer from (${from}) group by all`,
      [day, ...bounds],
    );
    const medians = new Map<string, number>();
    const middle = await context.query(
      `select key, median($1 - first)::double from (${from}) group by all`,
      [day],
    );
    for (const [code, days] of middle) medians.set(labelOf(context, dimension, code!), days!);
    const cells = counted.map(
      ([code, column, count]): Counted => ({
        label: labelOf(context, dimension, code!),
        column: column!,
        count: count!,
      }),
    );
    const table = countTable(cells, BANDS.length, context.suppress);
    let { withheld } = table;
    const rows = table.labels.flatMap((label, row) => {
      if (!isShown(table, row)) return [];
      const people = table.counts[row]!.reduce((sum, count) => sum + count, 0);
      const isHidden =
        context.suppress && (table.total(row) === null || (people > 0 && people < PAY_PEOPLE));
      if (isHidden) withheld++;
      const days = medians.get(label);
      const median = days === undefined || isHidden ? null : decimal(days / DAYS_PER_YEAR, 1);
      return [
        [label, table.total(row), ...BANDS.map((_, i) => table.cell(row, i)), median] as const,
      ];
    });
    return {
      asOf,
      columns: [
        { id: id ?? 'none', label: dimension?.label ?? 'People', type: 'text' },
        { id: 'people', label: 'People', type: 'count' },
        ...BAND_COLUMNS,
        { id: 'median', label: 'Median years', type: 'decimal' },
      ],
      rows,
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
  drill: {
    elements: ({ dimension }) => [
      'employment.hireDate',
      'employment.rehireDate',
      ...(dimensionOf(dimension) ? [dimensionOf(dimension)!.element] : []),
    ],
    async people(context, { asOf, dimension }, { row, column }) {
      if (row.length !== 1) throw noSuchRow();
      const band = BAND_COLUMNS.findIndex(({ id }) => id === column);
      if (band === -1 && column !== 'people') throw noSuchColumn();
      const until = band > 0 ? yearsBefore(asOf, BANDS[band]!) : dayOf(asOf);
      const next = BANDS[band + 1];
      const after = band === -1 || next === undefined ? -1_000_000 : yearsBefore(asOf, next);
      const found = await context.query(
        `select s.person from staffing s where ${EMPLOYED}
          and ${conditionFor(context, dimensionOf(dimension), row[0])}
          and ${SERVICE_FROM} > $2 and ${SERVICE_FROM} <= $3`,
        [dayOf(asOf), after, until],
      );
      return found.map(([person]) => person!);
    },
  },
};

/** The same day so many years earlier, and 28 February where there was no 29th: who began on a 29th
 * completes a year on 1 March. */
function yearsBefore(date: string, years: number): number {
  const year = String(Number(date.slice(0, 4)) - years).padStart(4, '0');
  const day = dayOf(`${year}${date.slice(4)}`);
  return dateOf(day).slice(5) === date.slice(5) ? day : day - 1;
}
