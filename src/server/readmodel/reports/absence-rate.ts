/** Days absent as a share of days available, by month: weekdays (Monday to Friday) of those employed.
 * Kinds that tell of somebody's health stand together for readers without rights to single records. */
import { dayOf, monthEndOf } from '../day.ts';
import { withhold } from '../suppress.ts';
import { type Magnitude, PEOPLE, withholdMagnitudes } from '../suppress-magnitudes.ts';
import {
  columnOf,
  conditionFor,
  dimensionOf,
  labelOf,
  noSuchColumn,
  noSuchRow,
} from './dimension-cells.ts';
import { decimal, percent } from './figures.ts';
import { monthNumber, monthText } from './movements.ts';
import {
  AS_OF,
  BY_ONE,
  MONTHS,
  type ParameterDefinition,
  type ReportParameters,
} from './parameters.ts';
import {
  EMPLOYED_ELEMENTS,
  FIRST_DAY,
  NOT_RECORDED,
  type Report,
  type ReportCell,
  type RunContext,
  wordLabel,
} from './report.ts';
import { labelsOf } from './withhold-rows.ts';

const KIND = 'absence.kind';
const ABSENCE_ELEMENTS = ['absence.from', 'absence.to', 'absence.days', KIND] as const;
const ALL_KINDS = 'All';
/** What a kind tells of somebody's health, or of a child's birth. */
const MEDICAL: readonly string[] = ['sick', 'parental'];
const MEDICAL_LABEL = 'Sickness or parental leave';
const FAR = 1_000_000;

const KINDS: ParameterDefinition = {
  id: 'kinds',
  label: 'Kinds of absence',
  type: 'choice',
  default: () => 'together',
  options: [
    { id: 'together', label: 'Together' },
    { id: 'apart', label: 'Each' },
  ],
};

/** Weekdays up to and including a day (as SQL); only differences mean anything. */
const weekdays = (day: string) =>
  `(5 * ((${day} + 140003) // 7) + least((${day} + 140003) % 7 + 1, 5))`;

/** Stretches of days on which somebody is employed in one job: [a, b); of those for whom it is so. */
const SPELLS = (key: string, isSo: string) => `spell as (
  select s.person, ${key} as key, greatest(s.from_day, s."hireDate") as a,
    least(s.until_day, case when s."terminationDate" >= ${FIRST_DAY} then s."terminationDate"
      else ${FAR} end) as b
  from staffing s where ${isSo} and s."hireDate" >= ${FIRST_DAY}
  union all
  select s.person, ${key}, greatest(s.from_day, s."rehireDate", s."hireDate"), s.until_day
  from staffing s where ${isSo} and s."hireDate" >= ${FIRST_DAY} and s."terminationDate" >= ${FIRST_DAY}
    and s."rehireDate" > s."terminationDate")`;

/** Absences with their first and last day. One without a last day ends on the first when its days are
 * recorded, and otherwise goes on until $1. */
const AWAY = `away as (select x.person, x.kind, x.days, x."from" as first,
    case when x."to" >= x."from" then x."to" when isnan(x.days) then greatest(x."from", $1)
      else x."from" end as last
  from absence x where x."from" >= ${FIRST_DAY} and x."from" <= $1)`;

/** Days of an absence between two days: of recorded days the share that falls there. */
const SHARE = (a: string, b: string) => `case
  when isnan(w.days) then ${weekdays(b)} - ${weekdays(`${a} - 1`)}
  when ${weekdays('w.last')} > ${weekdays('w.first - 1')} then w.days *
    (${weekdays(b)} - ${weekdays(`${a} - 1`)}) / (${weekdays('w.last')} - ${weekdays('w.first - 1')})
  else w.days * (${b} - ${a} + 1) / (w.last - w.first + 1) end`;

export const absenceRate: Report = {
  id: 'absence-rate',
  label: 'Absence rate',
  group: 'time',
  description:
    'Days absent in per cent of days available, by month. Days available are the weekdays of everybody ' +
    'employed; recorded days are spread evenly over the weekdays of their absence. Part-time work and ' +
    'public holidays are not known.',
  parameters: [
    { ...AS_OF, label: 'Up to this day' },
    MONTHS,
    { ...BY_ONE, default: () => 'none' },
    KINDS,
  ],
  tables: ['staffing', 'absence'],
  elements: ({ dimension }) => [
    ...EMPLOYED_ELEMENTS,
    ...ABSENCE_ELEMENTS,
    ...(dimensionOf(dimension) ? [dimensionOf(dimension)!.element] : []),
  ],
  async run(context, parameters) {
    const { asOf, dimension: id, kinds } = parameters;
    const dimension = dimensionOf(id);
    const { cte, months } = query(parameters);
    const day = [dayOf(asOf)];
    const available = context.suppress
      ? await availableAtEnds(context, parameters)
      : await availableByDay(context, parameters);
    const groups = groupsOf(context, kinds);
    const lost = new Map<string, Magnitude>();
    for (const [month, code, group, people, days, largest] of await context.query(
      `with ${cte}, ${AWAY}, part as (${part(groups.sql)})
       select i, key, kind, count(*)::integer, sum(days)::double, max(days)::double
       from (select i, key, kind, person, sum(days) as days from part group by all) group by all`,
      day,
    )) {
      const key = `${month}\n${labelOf(context, dimension, code!)}\n${groups.labels[group!]}`;
      const before = lost.get(key) ?? { people: 0, sum: 0, largest: 0 };
      lost.set(key, {
        people: before.people + people!,
        sum: before.sum + days!,
        largest: Math.max(before.largest, largest!),
      });
    }
    const labels = [...new Set([...available.keys()].map((key) => key.split('\n')[1]!))].sort();
    let withheld = 0;
    const rows: ReportCell[][] = [];
    for (const [month, name] of months.entries()) {
      const places = labels.flatMap((label) =>
        groups.labels.map((kind) => ({
          label,
          kind,
          days: available.get(`${month}\n${label}`) ?? (context.suppress ? null : 0),
          lost: lost.get(`${month}\n${label}\n${kind}`) ?? { people: 0, sum: 0, largest: 0 },
        })),
      );
      const hidden = context.suppress
        ? withholdMagnitudes(
            places.map((place) => place.lost),
            PEOPLE,
          )
        : [];
      for (const [i, { label, kind, days, lost: part }] of places.entries()) {
        if (days === 0 && part.people === 0) continue;
        const figures = [
          hidden[i] ? null : part.people,
          hidden[i] ? null : decimal(part.sum, 1),
          days,
          hidden[i] || days === null ? null : percent(part.sum, days),
        ];
        if (context.suppress) withheld += figures.filter((figure) => figure === null).length;
        rows.push([name, label, kind, ...figures]);
      }
    }
    return {
      asOf,
      columns: [
        { id: 'month', label: 'Month', type: 'text' },
        { id: id ?? 'none', label: dimension?.label ?? 'People', type: 'text' },
        { id: 'kind', label: 'Kind', type: 'text' },
        { id: 'people', label: 'People absent', type: 'count' },
        { id: 'absent', label: 'Days absent', type: 'decimal' },
        { id: 'available', label: 'Days available', type: 'count' },
        { id: 'rate', label: 'Absence rate', type: 'percent' },
      ],
      rows,
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
  drill: {
    elements: (parameters) => absenceRate.elements(parameters).filter((id) => id !== LAST_DAY),
    async people(context, parameters, { row, column }) {
      if (column !== 'people' && column !== 'absent') throw noSuchColumn();
      const dimension = dimensionOf(parameters.dimension);
      const { cte, months } = query(parameters, conditionFor(context, dimension, row[1]));
      const groups = groupsOf(context, parameters.kinds);
      const month = months.indexOf(row[0] ?? '');
      const group = groups.labels.indexOf(row[2] ?? '');
      if (row.length !== 3 || month === -1 || group === -1) throw noSuchRow();
      const found = await context.query(
        `with ${cte}, ${AWAY}, part as (${part(groups.sql)})
         select distinct person from part where i = ${month} and kind = ${group}`,
        [dayOf(parameters.asOf)],
      );
      return found.map(([person]) => person!);
    },
  },
};

const LAST_DAY = 'employment.terminationDate';

/** Days available by month and label. */
type Available = ReadonlyMap<string, number | null>;

async function availableByDay(
  context: RunContext,
  parameters: ReportParameters,
): Promise<Available> {
  const { cte } = query(parameters);
  return byLabel(
    context,
    parameters,
    await context.query(
      `with ${cte} select m.i, s.key, sum(${weekdays('least(s.b - 1, m.b)')}
         - ${weekdays('greatest(s.a, m.a) - 1')})::double
       from spell s, month m where s.a <= m.b and s.b > m.a and s.a < s.b group by all`,
    ),
  );
}

/** The same as if the people at each month's end had been there all month: on which day somebody came
 * or went must not show. Null where how many they are is withheld. */
async function availableAtEnds(
  context: RunContext,
  parameters: ReportParameters,
): Promise<Available> {
  const { cte, months } = query(parameters);
  const people = byLabel(
    context,
    parameters,
    await context.query(
      `with ${cte} select m.i, s.key, count(*)::integer from spell s, month m
       where s.a <= m.b and s.b > m.b and s.a < s.b group by all`,
    ),
  );
  const labels = labelsOf(
    [...people.keys()],
    dimensionOf(parameters.dimension) !== undefined,
    (key) => key.split('\n')[1]!,
  );
  const available = new Map<string, number | null>();
  for (const [month, name] of months.entries()) {
    const counts = labels.map((label) => people.get(`${month}\n${label}`) ?? 0);
    const hidden = withhold([counts])[0]!;
    const from = dayOf(`${name}-01`);
    const days = weekdayCount(from, monthEndOf(from));
    for (const [i, label] of labels.entries()) {
      available.set(`${month}\n${label}`, hidden[i] ? null : days * counts[i]!);
    }
  }
  return available;
}

function byLabel(
  context: RunContext,
  { dimension }: ReportParameters,
  found: readonly number[][],
): Map<string, number> {
  const summed = new Map<string, number>();
  for (const [month, code, days] of found) {
    const key = `${month}\n${labelOf(context, dimensionOf(dimension), code!)}`;
    summed.set(key, (summed.get(key) ?? 0) + days!);
  }
  return summed;
}

function weekdayCount(from: number, until: number): number {
  const upTo = (day: number) =>
    5 * Math.floor((day + 140_003) / 7) + Math.min(((day + 140_003) % 7) + 1, 5);
  return upTo(until) - upTo(from - 1);
}

/** The months and spells of a run as common table expressions, and the names of the months. */
function query({ asOf, months = 12, dimension }: ReportParameters, isSo = 'true') {
  const first = monthNumber(asOf) - months + 1;
  const names = Array.from({ length: months }, (_, i) => monthText(first + i));
  const values = names.map((name, i) => {
    const from = dayOf(`${name}-01`);
    return `(${i}, ${from}, ${Math.min(monthEndOf(from), dayOf(asOf))})`;
  });
  const key = columnOf(dimensionOf(dimension));
  return {
    months: names,
    cte: `month(i, a, b) as (values ${values.join(', ')}), ${SPELLS(key, isSo)}`,
  };
}

/** Every part of an absence that lies in one month and one stretch of employment. */
function part(kind: string): string {
  const a = 'greatest(w.first, m.a, s.a)';
  const b = 'least(w.last, m.b, s.b - 1)';
  return `select m.i, s.key, ${kind} as kind, w.person, (${SHARE(a, b)})::double as days
    from away w join spell s on s.person = w.person join month m on m.a <= w.last and m.b >= w.first
    where ${a} <= ${b} and s.a < s.b`;
}

/** The kinds that stand apart, and SQL that numbers them. */
function groupsOf(
  context: RunContext,
  kinds: string | undefined,
): { labels: string[]; sql: string } {
  if (kinds !== 'apart') return { labels: [ALL_KINDS], sql: '0' };
  const labels: string[] = [];
  const numbers = context.words(KIND).map((word, code) => {
    const label =
      code === 0
        ? NOT_RECORDED
        : context.suppress && MEDICAL.includes(word)
          ? MEDICAL_LABEL
          : wordLabel(context.catalogue, KIND, word);
    if (!labels.includes(label)) labels.push(label);
    return labels.indexOf(label);
  });
  const cases = numbers.map((number, code) => `when ${code} then ${number}`);
  return { labels, sql: `case w.kind ${cases.join(' ')} else 0 end` };
}
