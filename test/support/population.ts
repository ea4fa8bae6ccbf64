/** A small population whose figures can be counted by hand; see `reports.test.ts`. With the world's
 * own four (OPS, administrative) 26 people are employed on 31 May 2024. */
import { must } from './api.ts';
import type { World } from './world.ts';

interface Group {
  readonly count: number;
  readonly department: string;
  readonly location: string;
  readonly eeoCategory?: string;
  readonly sex?: 'female' | 'male';
  readonly hispanic?: boolean;
  readonly race?: string;
  readonly hired: string;
  readonly left?: string;
  /** Where they worked until 30 April 2024. */
  readonly before?: string;
}

const professional = {
  department: 'A',
  location: 'North',
  eeoCategory: 'professional',
  hispanic: false,
  hired: '2020-01-15',
};
const sales = { ...professional, department: 'B', eeoCategory: 'sales' };
const craft = { ...professional, department: '=C', location: 'South', eeoCategory: 'craft' };
const { eeoCategory: _, ...uncategorised } = craft;
const { hispanic: __, ...unasked } = sales;

const GROUPS: readonly Group[] = [
  { ...professional, count: 2, sex: 'male', race: 'white' },
  { ...professional, count: 1, sex: 'male', race: 'white', before: 'B' },
  { ...professional, count: 2, sex: 'female', race: 'white' },
  { ...professional, count: 2, sex: 'female', race: 'black' },
  { ...professional, count: 1, sex: 'male', race: 'asian' },
  { ...professional, count: 1, sex: 'male', race: 'white', hispanic: true },
  { ...professional, count: 1, sex: 'female', hispanic: true },
  { ...professional, count: 1, sex: 'male', race: 'two-or-more' },
  { ...professional, count: 1, race: 'white' },
  { ...professional, count: 2, sex: 'female', race: 'white', left: '2024-03-15' },
  { ...sales, count: 4, sex: 'female', race: 'white' },
  { ...sales, count: 2, sex: 'male', race: 'nhopi', hired: '2024-02-10' },
  { ...unasked, count: 1, sex: 'male', race: 'white' },
  { ...sales, count: 1, sex: 'male', race: 'white', hired: '2024-06-15' },
  { ...craft, count: 1, sex: 'male', race: 'aian' },
  { ...craft, count: 1, sex: 'female', race: 'asian' },
  { ...uncategorised, count: 1, sex: 'female', race: 'white', location: 'North' },
];

/** Adds them to the first client; gives their number. */
export async function populate({ url, tokens, clients }: World): Promise<number> {
  let count = 0;
  for (const group of GROUPS) {
    for (let i = 0; i < group.count; i++) {
      const body = { records: recordsOf(group, `R-${100 + count++}`) };
      await must(url, tokens.hr, 'people.add', { params: { c: clients[0] }, body });
    }
  }
  return count;
}

function recordsOf(group: Group, staffNumber: string): object[] {
  const { department, location, eeoCategory, before, hired: hireDate, left, ...person } = group;
  const job = (department: string, from: string) => ({
    type: 'job',
    values: { title: 'Employee', department, location, ...(eeoCategory && { eeoCategory }) },
    from,
  });
  const { sex, race, hispanic } = person;
  const demographic = {
    ...(sex && { sex }),
    ...(race && { race }),
    ...(hispanic !== undefined && { hispanicLatino: hispanic }),
  };
  return [
    { type: 'person', values: { lastName: `Counted ${staffNumber}` } },
    {
      type: 'employment',
      values: { staffNumber, hireDate, ...(left && { terminationDate: left }) },
    },
    ...(before
      ? [job(before, hireDate), job(department, '2024-05-01')]
      : [job(department, hireDate)]),
    { type: 'demographic', values: demographic },
  ];
}
