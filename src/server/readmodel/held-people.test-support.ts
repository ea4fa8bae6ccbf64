/** For tests of pure logic: people held in memory as if they had been loaded. */
import { join } from 'node:path';
import { loadCatalogue } from '../../catalogue/load.ts';
import type { Value } from './column.ts';
import { type ModelData, newModelData } from './model-data.ts';
import { putRecord } from './table.ts';

export const catalogue = loadCatalogue(join(import.meta.dirname, '../../../catalogue'));

export const ALL_RIGHTS = {
  types: catalogue.types.map((type) => type.id),
  sensitivities: ['R1', 'R2', 'R3', 'R4'],
} as const;

/** Elements of one record; `from` and `until` are its effective dates. */
export interface HeldRecord {
  readonly t: string;
  readonly from?: string;
  readonly until?: string;
  readonly e: Record<string, Value | null>;
}

let lastId = 0;

/** A bare uuid that nobody else in this process has. */
function nextUuid(): string {
  lastId++;
  return `01900000-0000-7000-8000-${lastId.toString(16).padStart(12, '0')}`;
}

/** A person with these records; gives the person's uuid. */
export function hold(
  data: ModelData,
  records: readonly HeldRecord[],
  subject = nextUuid(),
): string {
  const person = data.people.add(bytesOf(subject), 0);
  for (const record of records) {
    const table = data.tables.get(record.t);
    if (table !== undefined) putRecord(table, bytesOf(nextUuid()), 0, person, record);
  }
  return subject;
}

/** People given by their names and, shortly, what else the test is about. */
export interface Somebody {
  readonly first: string;
  readonly last: string;
  readonly number: string;
  readonly title?: string;
  readonly department?: string;
  readonly manager?: string;
  readonly category?: string;
  readonly hired?: string;
  readonly left?: string;
  readonly mail?: string;
  readonly base?: string;
}

export function holdSomebody(data: ModelData, one: Somebody): string {
  return hold(data, recordsOf(one));
}

export function recordsOf(one: Somebody): HeldRecord[] {
  const { first, last, number, title, department, manager, category, hired, left, mail, base } =
    one;
  return [
    { t: 'person', e: { firstName: first, lastName: last } },
    {
      t: 'employment',
      e: { staffNumber: number, hireDate: hired ?? '2020-01-15', terminationDate: left ?? null },
    },
    {
      t: 'job',
      from: hired ?? '2020-01-15',
      e: {
        title: title ?? 'Analyst',
        department: department ?? 'Research',
        manager: manager ?? null,
        eeoCategory: category ?? null,
      },
    },
    ...(mail ? [{ t: 'contact', e: { workEmail: mail } }] : []),
    ...(base
      ? [{ t: 'pay', e: { base: { amount: base, currency: 'USD' }, basis: 'annual' } }]
      : []),
  ];
}

export function newPeople(): ModelData {
  return newModelData(catalogue);
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
