/**
 * The EEO-1 Component 1 matrix (SF-100; 29 CFR 1602.7): ten job categories by race, ethnicity and sex,
 * Hispanic or Latino first and overriding race. Who cannot be placed goes to the exceptions and is
 * never guessed. It is the matrix, not an upload file.
 */
import { dayOf } from '../day.ts';
import { withhold } from '../suppress.ts';
import { SNAPSHOT } from './parameters.ts';
import {
  EMPLOYED,
  EMPLOYED_ELEMENTS,
  type Report,
  type ReportException,
  type RunContext,
} from './report.ts';

const CATEGORIES = [
  ['executive', '1.1 Executive/Senior Level Officials and Managers'],
  ['manager', '1.2 First/Mid Level Officials and Managers'],
  ['professional', '2 Professionals'],
  ['technician', '3 Technicians'],
  ['sales', '4 Sales Workers'],
  ['administrative', '5 Administrative Support Workers'],
  ['craft', '6 Craft Workers'],
  ['operative', '7 Operatives'],
  ['laborer', '8 Laborers and Helpers'],
  ['service', '9 Service Workers'],
] as const;
const SEXES: readonly string[] = ['male', 'female'];
const RACES = [
  ['white', 'White'],
  ['black', 'Black or African American'],
  ['nhopi', 'Native Hawaiian or Other Pacific Islander'],
  ['asian', 'Asian'],
  ['aian', 'American Indian or Alaska Native'],
  ['two-or-more', 'Two or More Races'],
] as const;
const CELLS = 14;
const EXCEPTIONS_NAMED = 1000;

const ELEMENTS = {
  category: 'job.eeoCategory',
  hispanic: 'demographic.hispanicLatino',
  sex: 'demographic.sex',
  race: 'demographic.race',
} as const;

/** What the run needs beyond who is employed. */
const RUN_ELEMENTS: readonly string[] = Object.values(ELEMENTS);

const KEYS = `s."eeoCategory", coalesce(d."hispanicLatino", 0), coalesce(d."sex", 0),
  coalesce(d."race", 0)`;
const PEOPLE = `from staffing s left join demographic d on d.person = s.person where ${EMPLOYED}`;

export const eeo1: Report = {
  id: 'eeo-1',
  label: 'EEO-1 matrix: job category by race, ethnicity and sex',
  group: 'filings',
  description:
    'Ten job categories by race, ethnicity and sex (SF-100, 29 CFR 1602.7). Who cannot be placed is an ' +
    'exception. It is the matrix, not an upload file.',
  parameters: [SNAPSHOT],
  tables: ['staffing'],
  elements: () => [...EMPLOYED_ELEMENTS, ...RUN_ELEMENTS],
  async run(context, { asOf }) {
    const day = dayOf(asOf);
    const place = placer(context);
    const matrix = CATEGORIES.map(() => new Array<number>(CELLS).fill(0));
    let unplaced = 0;
    const counted = await context.query(
      `select ${KEYS}, count(*)::integer ${PEOPLE} group by all`,
      [day],
    );
    for (const [category, hispanic, sex, race, people] of counted) {
      const placed = place(category!, hispanic!, sex!, race!);
      if ('missing' in placed) unplaced += people!;
      else matrix[placed.row]![placed.cell]! += people!;
    }
    const hidden = context.suppress ? withhold(matrix) : [];
    const totals = Array.from({ length: CELLS }, (_, cell) => sum(matrix.map((row) => row[cell]!)));
    const rows = [
      ...CATEGORIES.map(([, label], i) => [label, matrix[i]!] as const),
      ['10 TOTAL', totals] as const,
    ];
    return {
      asOf,
      columns: [
        { id: 'category', label: 'Job category', type: 'text' },
        ...cellLabels.map((label, i) => ({ id: letter(i), label, type: 'count' as const })),
        { id: letter(CELLS), label: 'Row total', type: 'count' },
      ],
      rows: rows.map(([label, cells], i) => [
        label,
        ...[...cells, sum(cells)].map((count, j) => (hidden[i]?.[j] ? null : count)),
      ]),
      suppressed: context.suppress,
      withheld: hidden.flat().filter(Boolean).length,
      exceptions: context.suppress
        ? null
        : { count: unplaced, items: await exceptions(context, day, counted, place) },
    };
  },
};

type Placed = { row: number; cell: number } | { missing: string[] };
type Place = (category: number, hispanic: number, sex: number, race: number) => Placed;

/** From codes to a cell, or to what is missing. An unknown ethnicity is missing even with a race. */
function placer(context: RunContext): Place {
  const words = {
    category: context.words(ELEMENTS.category),
    hispanic: context.words(ELEMENTS.hispanic),
    sex: context.words(ELEMENTS.sex),
    race: context.words(ELEMENTS.race),
  };
  return (category, hispanic, sex, race) => {
    const row = CATEGORIES.findIndex(([word]) => word === words.category[category]);
    const column = SEXES.indexOf(words.sex[sex] ?? '');
    const ethnicity = words.hispanic[hispanic];
    const isHispanic = ethnicity === 'true';
    const raceAt = RACES.findIndex(([word]) => word === words.race[race]);
    const missing: string[] = [];
    if (row === -1) missing.push(ELEMENTS.category);
    if (ethnicity !== 'true' && ethnicity !== 'false') missing.push(ELEMENTS.hispanic);
    if (column === -1) missing.push(ELEMENTS.sex);
    if (!isHispanic && raceAt === -1) missing.push(ELEMENTS.race);
    if (missing.length > 0) return { missing };
    return { row, cell: isHispanic ? column : 2 + RACES.length * column + raceAt };
  };
}

/** Names the first who cannot be placed: those whose codes are among the groups that were not. */
async function exceptions(
  context: RunContext,
  day: number,
  counted: readonly number[][],
  place: Place,
): Promise<ReportException[]> {
  const keys = counted
    .map(([category, hispanic, sex, race]) => [category!, hispanic!, sex!, race!] as const)
    .filter((codes) => 'missing' in place(...codes));
  if (keys.length === 0) return [];
  const people = await context.query(
    `select s.person, ${KEYS} ${PEOPLE}
      and (${KEYS}) in (${keys.map((codes) => `(${codes.map(Math.trunc).join()})`).join()})
      order by s.person limit ${EXCEPTIONS_NAMED}`,
    [day],
  );
  return people.flatMap(([person, category, hispanic, sex, race]) => {
    const placed = place(category!, hispanic!, sex!, race!);
    return 'missing' in placed ? [{ ...context.person(person!), missing: placed.missing }] : [];
  });
}

const cellLabels = [
  'Hispanic or Latino, male',
  'Hispanic or Latino, female',
  ...SEXES.flatMap((sex) => RACES.map(([, label]) => `${label}, ${sex}`)),
];

/** Columns are lettered A to O as on the form. */
function letter(column: number): string {
  return String.fromCharCode(65 + column);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
