/**
 * Programmes: how many take part and complete, and whether those enrolled score otherwise than those
 * who are not: the difference of means with Welch's 95 % interval. It compares two groups as they are;
 * who enrols is not chance, so it says nothing about a cause.
 */
import { dayOf } from '../day.ts';
import { PAY_PEOPLE } from '../suppress-magnitudes.ts';
import { noSuchColumn, noSuchRow } from './dimension-cells.ts';
import { decimal, percent } from './figures.ts';
import { AS_OF, type ParameterDefinition } from './parameters.ts';
import { partition } from './partition.ts';
import { EMPLOYED, EMPLOYED_ELEMENTS, type Report, type RunContext } from './report.ts';
import { type Sample, welch } from './welch.ts';

const SOURCE: ParameterDefinition = {
  id: 'source',
  label: 'Enrolments in',
  type: 'choice',
  default: () => 'training',
  options: [
    { id: 'training', label: 'Training programmes' },
    { id: 'wellness', label: 'Wellness programmes', recordLevel: true },
  ],
};
const MEASURE: ParameterDefinition = {
  id: 'measure',
  label: 'Compare by',
  type: 'choice',
  default: () => 'outcome',
  options: [
    { id: 'outcome', label: 'The score in the programme’s own outcomes' },
    { id: 'evaluation', label: 'The score of the latest evaluation' },
  ],
};

export const programmeEvaluation: Report = {
  id: 'programme-evaluation',
  label: 'Programme evaluation',
  group: 'programmes',
  description:
    'Participation, completion, and the scores of those enrolled against those not enrolled: the ' +
    'difference of means with Welch’s 95 % confidence interval. A difference between two groups, ' +
    'not an effect of the programme.',
  parameters: [AS_OF, SOURCE, MEASURE],
  tables: ['staffing', 'enrolment', 'outcome', 'evaluation'],
  elements({ source, measure }) {
    const from = source === 'wellness' ? 'wellness' : 'enrolment';
    const scores =
      measure === 'evaluation'
        ? ['evaluation.date', 'evaluation.score']
        : ['outcome.programme', 'outcome.establishedOn', 'outcome.score'];
    const enrolments = ['programme', 'enrolledOn', 'status'].map((name) => `${from}.${name}`);
    return [...EMPLOYED_ELEMENTS, ...enrolments, ...scores];
  },
  async run(context, { asOf, source, measure }) {
    const day = [dayOf(asOf)];
    const type = source === 'wellness' ? 'wellness' : 'enrolment';
    const programmes = context.words(`${type}.programme`);
    const [[employed = 0] = []] = await context.query(
      `select count(*)::integer from staffing s where ${EMPLOYED}`,
      day,
    );
    const codes = await context.query(
      `select distinct n."programme" from ${type} n where n."programme" > 0`,
    );
    let withheld = 0;
    const rows = [];
    for (const [code] of codes) {
      const name = programmes[code!]!;
      const [[invited = 0, enrolled = 0, completed = 0] = []] = await context.query(
        `select ${[0, 1, 2].map((stage) => `count(*) filter (where stage = ${stage})::integer`)}
         from (${stagesOf(context, type, code!)})`,
        day,
      );
      const [[n = 0, mean = 0, variance = 0, m = 0, other = 0, otherVariance = 0] = []] =
        await context.query(scoreSql(context, type, code!, name, measure), day);
      const first = { count: n, mean, variance };
      const second = { count: m, mean: other, variance: otherVariance };
      const { isShown } = partition(
        [invited, enrolled, completed, employed - invited - enrolled - completed],
        context.suppress,
      );
      const isScored =
        !context.suppress ||
        [first, second].every(({ count }) => count === 0 || count >= PAY_PEOPLE);
      const shown = [isShown(0, 1, 2), isShown(1, 2), isShown(2), isScored];
      withheld += shown.filter((is) => !is).length;
      const compared = isScored ? comparison(first, second) : new Array<null>(NO_SCORES).fill(null);
      rows.push([
        name,
        shown[0] ? invited + enrolled + completed : null,
        shown[1] ? enrolled + completed : null,
        shown[1] ? percent(enrolled + completed, employed) : null,
        shown[2] ? completed : null,
        shown[1] && shown[2] ? percent(completed, enrolled + completed) : null,
        ...compared,
      ]);
    }
    return {
      asOf,
      columns: [
        { id: 'programme', label: 'Programme', type: 'text' },
        { id: 'invited', label: 'With any record', type: 'count' },
        { id: 'participants', label: 'Enrolled or completed', type: 'count' },
        { id: 'participation', label: 'Of all employed', type: 'percent' },
        { id: 'completed', label: 'Completed', type: 'count' },
        { id: 'completion', label: 'Completed of those enrolled', type: 'percent' },
        { id: 'scored', label: 'Enrolled with a score', type: 'count' },
        { id: 'mean', label: 'Their mean score', type: 'decimal' },
        { id: 'othersScored', label: 'Not enrolled with a score', type: 'count' },
        { id: 'othersMean', label: 'Their mean score', type: 'decimal' },
        { id: 'difference', label: 'Difference of means (no cause implied)', type: 'decimal' },
        { id: 'from', label: '95 % interval from (Welch)', type: 'decimal' },
        { id: 'until', label: '95 % interval to (Welch)', type: 'decimal' },
      ],
      rows: rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
  drill: {
    elements(parameters) {
      const used = programmeEvaluation.elements(parameters);
      return ['employment.hireDate', ...used.filter((id) => !id.startsWith('employment.'))];
    },
    async people(context, { asOf, source }, { row, column }) {
      const least = ['invited', 'participants', 'completed'].indexOf(column);
      if (least === -1) throw noSuchColumn();
      const type = source === 'wellness' ? 'wellness' : 'enrolment';
      const code = context.words(`${type}.programme`).indexOf(row[0] ?? '');
      if (row.length !== 1 || code < 1) throw noSuchRow();
      const found = await context.query(
        `select person from (${stagesOf(context, type, code)}) where stage >= ${least}`,
        [dayOf(asOf)],
      );
      return found.map(([person]) => person!);
    },
  },
};

const NO_SCORES = 7;

function comparison(first: Sample, second: Sample): (string | number | null)[] {
  const { difference, from, until } = welch(first, second);
  const meanOf = ({ count, mean }: Sample) => (count > 0 ? decimal(mean, 2) : null);
  const shown = (value: number | null) => (value === null ? null : decimal(value, 2));
  return [
    first.count,
    meanOf(first),
    second.count,
    meanOf(second),
    shown(difference),
    shown(from),
    shown(until),
  ];
}

/** Those employed with any record of the programme by the day: 0 invited or withdrawn, 1 enrolled,
 * 2 completed. */
function stagesOf(context: RunContext, type: string, code: number): string {
  const statuses = context.words(`${type}.status`);
  return `select n.person, max(case when n."status" = ${statuses.indexOf('completed')} then 2
      when n."status" = ${statuses.indexOf('enrolled')} then 1 else 0 end) as stage
    from ${type} n where n."programme" = ${Math.trunc(code)} and n."enrolledOn" <= $1
      and n.person in (select s.person from staffing s where ${EMPLOYED})
    group by n.person`;
}

/** Count, mean and variance of those enrolled, then of everybody else; of each person the latest score. */
function scoreSql(
  context: RunContext,
  type: string,
  code: number,
  name: string,
  measure: string | undefined,
): string {
  const programme = context.words('outcome.programme').indexOf(name);
  const scores =
    measure === 'evaluation'
      ? `select x.person, x."date" as day, x.score from evaluation x where x."date" <= $1`
      : `select x.person, x."establishedOn" as day, x.score from outcome x
          where x."programme" = ${programme} and x."establishedOn" <= $1`;
  const of = (is: string) => `count(*) filter (where ${is})::integer,
    coalesce(avg(score) filter (where ${is}), 0)::double,
    coalesce(var_samp(score) filter (where ${is}), 0)::double`;
  return `with score as (select person, arg_max(score, day) as score from (${scores})
      where not isnan(score) and person in (select s.person from staffing s where ${EMPLOYED})
      group by person),
    part as (select person from (${stagesOf(context, type, code)}) where stage > 0)
    select ${of('person in (select person from part)')}, ${of('person not in (select person from part)')}
    from score`;
}
