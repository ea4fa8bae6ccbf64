/**
 * What happened to invented people: training, absences, enrolments with what came of them, evaluations
 * and acknowledgements, as files with a row for each. The same for the same arguments.
 */
import type { MappingColumn, Transform } from '../../contract/mapping.ts';
import { addYears, dateOf, dayOf } from './calendar.ts';
import { type Column, csvText } from './csv.ts';
import { EVALUATED, UNREAD, VERSIONS } from './own-record-files.ts';
import { type Random, randomAt, randomOf } from './random.ts';
import type { RecordFile } from './record-file.ts';
import { currentJob, type StaffRow } from './staff-row.ts';

export interface RecordsRequest {
  readonly seed: string;
  /** The last day on which anything happened. */
  readonly asOf: string;
  /** Of which files are wanted. */
  readonly kinds: readonly Kind[];
}

export type Kind =
  | 'training'
  | 'absence'
  | 'enrolment'
  | 'outcome'
  | 'evaluation'
  | 'acknowledgement';

type Row = Readonly<Record<string, string>>;
type Invent = (random: Random, person: StaffRow, asOf: string) => Row[];

interface Spec {
  readonly name: string;
  /** Column → element of the kind, with how it is read. */
  readonly columns: Readonly<Record<string, readonly [element: string, transform?: Transform]>>;
  readonly invent: Invent;
}

const usDate: Transform = { date: 'MM/DD/YYYY' };

/** One file for each kind, of the people who work there on the day. */
export function recordFiles(staff: readonly StaffRow[], request: RecordsRequest): RecordFile[] {
  const { seed, asOf, kinds } = request;
  const present = staff.filter((row) => row.leaving === null && row.hireDate <= asOf);
  return kinds.map((kind) => {
    const { name, columns, invent } = SPECS[kind];
    const base = randomOf(`${seed}/${kind}`).integer(0, 0xffffffff);
    const rows = present.flatMap((person, i) =>
      invent(randomAt(base, i), person, asOf).map((row) => ({ No: person.staffNumber, ...row })),
    );
    const headers: Column<Row>[] = ['No', ...Object.keys(columns)].map((header) => ({
      header,
      cell: (row) => row[header] ?? '',
    }));
    const mapped = Object.entries(columns).map(([header, [element, transform]]) => {
      const target = { element: `${kind}.${element}`, ...(transform && { transform }) };
      return [header, target] as [string, MappingColumn];
    });
    const key = { element: 'employment.staffNumber' } as const;
    const mapping = {
      version: 1 as const,
      columns: { No: key, ...Object.fromEntries(mapped) },
      key,
    };
    return { name, bytes: Buffer.from(csvText(headers, rows, ',')), mapping };
  });
}

const SPECS: Record<Kind, Spec> = {
  training: {
    name: 'training.csv',
    columns: {
      Course: ['course'],
      Type: ['kind'],
      Completed: ['completedOn', usDate],
      Hours: ['hours'],
    },
    invent: inventTraining,
  },
  absence: {
    name: 'absences.csv',
    columns: {
      From: ['from', usDate],
      To: ['to', usDate],
      Reason: [
        'kind',
        { codes: { PTO: 'vacation', Sick: 'sick', 'Jury duty': 'jury-duty', Family: 'parental' } },
      ],
      Days: ['days'],
    },
    invent: inventAbsences,
  },
  enrolment: {
    name: 'enrolments.csv',
    columns: {
      Program: ['programme'],
      Enrolled: ['enrolledOn', usDate],
      Status: [
        'status',
        { codes: { Enrolled: 'enrolled', Completed: 'completed', Dropped: 'withdrawn' } },
      ],
    },
    invent: inventEnrolments,
  },
  outcome: {
    name: 'assessments.csv',
    columns: { Program: ['programme'], Assessed: ['establishedOn', usDate], Score: ['score'] },
    invent: inventOutcomes,
  },
  evaluation: {
    name: 'reviews.csv',
    columns: {
      Reviewed: ['date', usDate],
      Rating: [
        'rating',
        {
          codes: {
            'Exceeds expectations': 'exceeds',
            'Meets expectations': 'fully-meets',
            'Needs improvement': 'needs-improvement',
          },
        },
      ],
      Score: ['score'],
      Reviewer: ['evaluator'],
    },
    invent: inventEvaluations,
  },
  acknowledgement: {
    name: 'signatures.csv',
    columns: {
      Policy: ['policy'],
      Version: ['version'],
      Signed: ['acknowledgedOn', usDate],
      How: ['method', { codes: { Paper: 'paper', Online: 'electronic' } }],
    },
    invent: inventAcknowledgements,
  },
};

function inventTraining(random: Random, person: StaffRow, asOf: string): Row[] {
  const rows = [];
  for (const [course, type, hours, likely] of COURSES) {
    for (const years of [0, -1]) {
      const done = daysBefore(random, addYears(asOf, years), 300);
      if (!random.chance(likely) || done <= person.hireDate) continue;
      rows.push({ Course: course, Type: type, Completed: us(done), Hours: hours });
    }
  }
  return rows;
}

const COURSES = [
  ['Harassment prevention', 'harassment-prevention', '1', 0.55],
  ['Fire safety', 'safety', '2', 0.4],
  ['Forklift', 'safety', '8', 0.06],
] as const;

function inventAbsences(random: Random, person: StaffRow, asOf: string): Row[] {
  const rows = new Map<string, Row>();
  const times = random.integer(0, 3);
  for (let i = 0; i < times; i++) {
    const from = daysBefore(random, asOf, 330);
    const reason = random.weighted(REASONS);
    const days = reason === 'PTO' ? random.integer(1, 10) : random.integer(1, 4);
    if (from <= person.hireDate) continue;
    const to = dateOf(dayOf(from) + days - 1);
    rows.set(`${from} ${reason}`, {
      From: us(from),
      To: us(to),
      Reason: reason,
      Days: String(days),
    });
  }
  return [...rows.values()];
}

const REASONS: readonly (readonly [string, number])[] = [
  ['PTO', 55],
  ['Sick', 36],
  ['Jury duty', 3],
  ['Family', 6],
];

/** About one in eight takes part; who does completes it more often than not. */
function inventEnrolments(random: Random, person: StaffRow): Row[] {
  const rows = [];
  if (isEnrolled(person)) {
    const status = random.weighted(STATUSES);
    rows.push({ Program: EVALUATED, Enrolled: us('2026-02-16'), Status: status });
  }
  if (random.chance(0.04)) {
    rows.push({
      Program: 'First-line leadership',
      Enrolled: us('2025-10-06'),
      Status: 'Completed',
    });
  }
  return rows;
}

const STATUSES: readonly (readonly [string, number])[] = [
  ['Completed', 72],
  ['Enrolled', 18],
  ['Dropped', 10],
];

/** The same test for those enrolled and, as a yardstick, for some of the others: eight points apart. */
function inventOutcomes(random: Random, person: StaffRow): Row[] {
  const isIn = isEnrolled(person);
  if (!isIn && !random.chance(0.15)) return [];
  const spread = random.integer(-12, 12) + random.integer(-8, 8);
  const score = (isIn ? 76 : 68) + spread;
  return [{ Program: EVALUATED, Assessed: us('2026-06-15'), Score: String(score) }];
}

function inventEvaluations(random: Random, person: StaffRow, asOf: string): Row[] {
  const date = addYears('2026-03-31', asOf < '2026-03-31' ? -1 : 0);
  const { manager } = currentJob(person);
  if (person.hireDate > addYears(date, -1) || manager === null) return [];
  const [rating, score] = random.weighted(RATINGS);
  return [{ Reviewed: us(date), Rating: rating, Score: score, Reviewer: manager }];
}

const RATINGS: readonly (readonly [readonly [string, string], number])[] = [
  [['Exceeds expectations', '4'], 24],
  [['Meets expectations', '3'], 66],
  [['Needs improvement', '2'], 10],
];

/** Most have signed most; nobody yet what came last. */
function inventAcknowledgements(random: Random, person: StaffRow, asOf: string): Row[] {
  return VERSIONS.flatMap(([policy, version, from]) => {
    if (policy === UNREAD.policy && version === UNREAD.version) return [];
    const first = Math.max(dayOf(from), dayOf(person.hireDate));
    const signed = dateOf(first + random.integer(0, 40));
    if (signed > asOf || random.chance(0.14)) return [];
    const how = random.chance(0.2) ? 'Paper' : 'Online';
    return [{ Policy: policy, Version: version, Signed: us(signed), How: how }];
  });
}

/** By the staff number alone, so that enrolments and outcomes agree. */
function isEnrolled({ staffNumber }: StaffRow): boolean {
  return randomOf(`enrolled/${staffNumber}`).chance(0.13);
}

function daysBefore(random: Random, day: string, days: number): string {
  return dateOf(dayOf(day) - random.integer(1, days));
}

function us(date: string): string {
  return `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`;
}
