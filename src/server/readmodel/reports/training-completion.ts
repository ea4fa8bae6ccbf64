/** Training by course and by programme: who was invited, took part, and finished, and the hours. */
import { dayOf, isDate } from '../day.ts';
import { isPublishable, PEOPLE } from '../suppress-magnitudes.ts';
import { noSuchColumn, noSuchRow } from './dimension-cells.ts';
import { decimal, percent } from './figures.ts';
import { monthNumber, monthText } from './movements.ts';
import { AS_OF, MONTHS, type ReportParameters } from './parameters.ts';
import { partition } from './partition.ts';
import { EMPLOYED, EMPLOYED_ELEMENTS, FIRST_DAY, type Report, type RunContext } from './report.ts';

const COURSE = 'Course';
const PROGRAMME = 'Programme';
const ELEMENTS = [
  'training.course',
  'training.selectedOn',
  'training.completedOn',
  'training.hours',
  'enrolment.programme',
  'enrolment.enrolledOn',
  'enrolment.status',
] as const;

/** By person and course (kind 0) or programme (kind 1): stage 0 invited, 1 took part, 2 finished. An
 * undated record always counts; a dated one when its first date lies between $2 and $1. */
function takingPart(context: RunContext): string {
  const statuses = context.words('enrolment.status');
  const stage = (word: string) => statuses.indexOf(word);
  const isIn = (date: string) => `(${date} < ${FIRST_DAY} or ${date} between $2 and $1)`;
  return `select person, kind, code, max(stage) as stage, sum(hours) as hours from (
      select t.person, 0 as kind, t."course" as code,
        case when t."completedOn" between ${FIRST_DAY} and $1 then 2 when t.hours > 0 then 1 else 0 end
          as stage,
        case when isnan(t.hours) then 0.0 else t.hours end as hours
      from training t where t."course" > 0 and ${isIn(`case when t."selectedOn" >= ${FIRST_DAY}
        then t."selectedOn" else t."completedOn" end`)}
      union all
      select n.person, 1, n."programme",
        case when n."status" = ${stage('completed')} then 2
          when n."status" = ${stage('enrolled')} then 1 else 0 end, 0.0
      from enrolment n where n."programme" > 0 and ${isIn('n."enrolledOn"')}
    ) where person in (select s.person from staffing s where ${EMPLOYED})
    group by person, kind, code`;
}

export const trainingCompletion: Report = {
  id: 'training-completion',
  label: 'Training completion',
  group: 'programmes',
  description:
    'Of those employed on the day, how many were invited to each course or programme, took part, and ' +
    'finished, and the hours recorded. Everybody with a record counts as invited.',
  parameters: [AS_OF, MONTHS],
  tables: ['staffing', 'training', 'enrolment'],
  elements: () => [...EMPLOYED_ELEMENTS, ...ELEMENTS],
  async run(context, parameters) {
    const found = await context.query(
      `select kind, code, count(*) filter (where stage = 0)::integer,
        count(*) filter (where stage = 1)::integer, count(*) filter (where stage = 2)::integer,
        count(*) filter (where hours > 0)::integer, sum(hours)::double, max(hours)::double
       from (${takingPart(context)}) group by kind, code`,
      days(parameters),
    );
    let withheld = 0;
    const rows = found.map(([kind, code, ...figures]) => {
      const [invited, part, finished, people, sum, largest] = figures as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const { isShown } = partition([invited, part, finished], context.suppress);
      const hours = { people, sum, largest };
      const isHoursShown = !context.suppress || (isShown(1, 2) && isPublishable(hours, PEOPLE));
      const shown = [isShown(0, 1, 2), isShown(1, 2), isShown(2), isHoursShown];
      withheld += shown.filter((is) => !is).length;
      const all = invited + part + finished;
      return [
        kind === 0 ? COURSE : PROGRAMME,
        nameOf(context, kind!, code!),
        shown[0] ? all : null,
        shown[1] ? part + finished : null,
        shown[2] ? finished : null,
        shown[0] && shown[2] ? percent(finished, all) : null,
        shown[3] ? decimal(sum, 1) : null,
      ];
    });
    return {
      asOf: parameters.asOf,
      columns: [
        { id: 'kind', label: 'Kind', type: 'text' },
        { id: 'course', label: 'Course or programme', type: 'text' },
        { id: 'invited', label: 'Invited', type: 'count' },
        { id: 'tookPart', label: 'Took part', type: 'count' },
        { id: 'finished', label: 'Finished', type: 'count' },
        { id: 'rate', label: 'Finished of those invited', type: 'percent' },
        { id: 'hours', label: 'Hours', type: 'decimal' },
      ],
      rows: rows.sort((a, b) => (`${a[0]}\n${a[1]}` < `${b[0]}\n${b[1]}` ? -1 : 1)),
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
  drill: {
    elements: () => ['employment.hireDate', ...ELEMENTS],
    async people(context, parameters, { row, column }) {
      const least = ['invited', 'tookPart', 'finished'].indexOf(column);
      if (least === -1) throw noSuchColumn();
      const kind = [COURSE, PROGRAMME].indexOf(row[0] ?? '');
      if (row.length !== 2 || kind === -1) throw noSuchRow();
      const code = wordsOf(context, kind).indexOf(row[1]!);
      if (code < 1) throw noSuchRow();
      const found = await context.query(
        `select person from (${takingPart(context)})
         where kind = ${kind} and code = ${code} and stage >= ${least}`,
        days(parameters),
      );
      return found.map(([person]) => person!);
    },
  },
};

function wordsOf(context: RunContext, kind: number): readonly string[] {
  return context.words(kind === 0 ? 'training.course' : 'enrolment.programme');
}

function nameOf(context: RunContext, kind: number, code: number): string {
  return wordsOf(context, kind)[code]!;
}

/** The day, and the first one of the months. */
function days({ asOf, months = 12 }: ReportParameters): [number, number] {
  const first = `${monthText(monthNumber(asOf) - months + 1)}-01`;
  return [dayOf(asOf), isDate(first) ? dayOf(first) : FIRST_DAY];
}
