/**
 * The pay gap between two groups: (pay of the first − pay of the second) / pay of the first, of means
 * and of medians, overall and within a category. Directive (EU) 2023/970, Art. 3(1)(c) and (d); the
 * same as The Equality Act 2010 (Gender Pay Gap Information) Regulations 2017 (UK), reg. 8 and 9.
 * Demographic data is opened for the run. Nobody is guessed: who has no answer is in neither group.
 */
import { dayOf } from '../day.ts';
import { currencyOf } from '../pay-columns.ts';
import { isPublishable, type Magnitude, PAY_PEOPLE } from '../suppress-magnitudes.ts';
import { type Counted, countTable } from './count-table.ts';
import { columnOf, dimensionOf, labelOf } from './dimension-cells.ts';
import { percent } from './figures.ts';
import { AS_OF, type ParameterDefinition } from './parameters.ts';
import { PAID, PAY_ELEMENTS } from './pay-distribution.ts';
import {
  EMPLOYED,
  EMPLOYED_ELEMENTS,
  type Report,
  type ReportCell,
  type RunContext,
  wordLabel,
} from './report.ts';

/** By what people are grouped, and against which group the others are held. */
const COMPARED: Readonly<Record<string, { element: string; first: string; label: string }>> = {
  sex: { element: 'demographic.sex', first: 'male', label: 'Sex: others against men' },
  race: { element: 'demographic.race', first: 'white', label: 'Race: others against white' },
  ethnicity: {
    element: 'demographic.hispanicLatino',
    first: 'false',
    label: 'Ethnicity: Hispanic or Latino against all others',
  },
};

const GROUPS: ParameterDefinition = {
  id: 'groups',
  label: 'Groups',
  type: 'choice',
  default: () => 'sex',
  options: Object.entries(COMPARED).map(([id, { label }]) => ({ id, label })),
};
const WITHIN: ParameterDefinition = {
  id: 'within',
  label: 'Within',
  type: 'choice',
  default: () => 'none',
  options: [
    { id: 'none', label: 'Everybody together' },
    { id: 'eeoCategory', label: 'EEO-1 job category' },
    { id: 'jobTitle', label: 'Job title' },
    { id: 'department', label: 'Department' },
  ],
};

interface Group extends Magnitude {
  readonly median: number;
}

export const payGap: Report = {
  id: 'pay-gap',
  label: 'Pay gap',
  group: 'pay',
  description:
    'The difference of mean and of median base pay between two groups, in per cent of the first ' +
    'one’s (Directive (EU) 2023/970, Art. 3). It compares pay, not equal work, and names no cause.',
  parameters: [AS_OF, GROUPS, WITHIN],
  tables: ['staffing', 'paying'],
  elements: ({ groups = 'sex', within }) => [
    ...EMPLOYED_ELEMENTS,
    ...PAY_ELEMENTS,
    COMPARED[groups]!.element,
    ...(dimensionOf(within) ? [dimensionOf(within)!.element] : []),
  ],
  async run(context, { asOf, groups = 'sex', within }) {
    const dimension = dimensionOf(within);
    const { element, first: firstWord } = COMPARED[groups]!;
    const words = context.words(element);
    const key = columnOf(dimension);
    const code = `coalesce(d."${element.split('.')[1]}", 0)`;
    const day = [dayOf(asOf)];
    const everybody = await context.query(
      `select ${key}, count(*)::integer from staffing s where ${EMPLOYED} group by all`,
      day,
    );
    const paid = await context.query(
      `select ${key}, p.currency, ${code}, count(*)::integer, sum(p.annual)::double,
        max(p.annual)::double, median(p.annual)::double
      from ${PAID.replace('where', 'left join demographic d on d.person = s.person where')}
      group by all`,
      day,
    );
    const firstCode = words.indexOf(firstWord);
    const seconds = words.map((_, i) => i).filter((i) => i > 0 && i !== firstCode);
    const known = paid.filter((row) => row[2] !== 0);
    const currencies = [...new Set(known.map((row) => row[1]!))].sort((a, b) => a - b);
    const columnFor = (currency: number, group: number) =>
      currencies.indexOf(currency) * words.length + group;
    const columns = currencies.length * words.length;
    const rest = new Map<string, number>();
    for (const [one, people] of everybody) rest.set(labelOf(context, dimension, one!), people!);
    const cells: Counted[] = [];
    const found = new Map<string, Group>();
    for (const [one, currency, group, people, sum, largest, median] of known) {
      const label = labelOf(context, dimension, one!);
      const column = columnFor(currency!, group!);
      cells.push({ label, column, count: people! });
      rest.set(label, rest.get(label)! - people!);
      found.set(`${label}\n${column}`, {
        people: people!,
        sum: sum!,
        largest: largest!,
        median: median!,
      });
    }
    for (const [label, count] of rest) cells.push({ label, column: columns, count });
    const table = countTable(cells, columns + 1, context.suppress);
    let { withheld } = table;
    const rows: ReportCell[][] = [];
    for (const [row, label] of table.labels.entries()) {
      for (const currency of currencies) {
        for (const second of seconds) {
          // Nobody at all may be in the first group.
          const first = firstCode === -1 ? null : columnFor(currency, firstCode);
          const places = [first, columnFor(currency, second)] as const;
          const [a, b] = places.map((column) => found.get(`${label}\n${column}`));
          const [people, others] = places.map((column) =>
            column === null ? 0 : table.cell(row, column),
          );
          if (people === 0 && others === 0) continue;
          const isHidden =
            context.suppress && (people === null || others === null || !isPaid(a) || !isPaid(b));
          if (isHidden) withheld += 2;
          const gap = (of: (group: Group) => number) =>
            a && b && !isHidden ? percent(of(a) - of(b), of(a)) : null;
          rows.push([
            label,
            currencyOf(currency),
            nameOf(context, element, firstWord),
            nameOf(context, element, words[second]!),
            people!,
            others!,
            gap(({ sum, people: n }) => sum / n),
            gap(({ median }) => median),
          ]);
        }
      }
    }
    return {
      asOf,
      columns: [
        { id: within ?? 'none', label: dimension?.label ?? 'People', type: 'text' },
        { id: 'currency', label: 'Currency', type: 'text' },
        { id: 'first', label: 'First group', type: 'text' },
        { id: 'second', label: 'Second group', type: 'text' },
        { id: 'firstPeople', label: 'People in the first', type: 'count' },
        { id: 'secondPeople', label: 'People in the second', type: 'count' },
        { id: 'meanGap', label: 'Mean gap', type: 'percent' },
        { id: 'medianGap', label: 'Median gap', type: 'percent' },
      ],
      rows,
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
};

function isPaid(group: Group | undefined): boolean {
  return group !== undefined && group.people > 0 && isPublishable(group, PAY_PEOPLE);
}

function nameOf(context: RunContext, element: string, word: string): string {
  if (element !== 'demographic.hispanicLatino') return wordLabel(context.catalogue, element, word);
  return word === 'true' ? 'Hispanic or Latino' : 'Not Hispanic or Latino';
}
