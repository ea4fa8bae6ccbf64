/**
 * The file that both sides import: 18 columns of invented people (UTF-8, commas, ISO dates), and its
 * mapping. Deterministic, so that every run and both sides have the same people.
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Mapping } from '../../src/contract/mapping.ts';
import { type Column, csvText } from '../../src/demo/people/csv.ts';
import { inventStaff } from '../../src/demo/people/invent-staff.ts';
import { firstOrganisation } from '../../src/demo/people/places.ts';
import { currentJob, currentPay, type StaffRow } from '../../src/demo/people/staff-row.ts';

/** The date on which the invented files are drawn up. */
export const asOf = '2026-11-01';

const ROWS_PER_WRITE = 5000;

/** Writes the file of client `number` with `count` people, a few thousand at a time: a million of them
 * are never in memory together. */
export async function writeStaffCsv(path: string, number: number, count: number): Promise<void> {
  const seed = `bench/${number}`;
  const rows = inventStaff({ seed, organisation: firstOrganisation, count, asOf });
  await pipeline(Readable.from(blocks(rows)), createWriteStream(path));
}

function* blocks(rows: Iterable<StaffRow>): Generator<string> {
  let held: StaffRow[] = [];
  let isFirst = true;
  const text = (): string => {
    const whole = csvText(columns, held, ',');
    const block = isFirst ? whole : whole.slice(whole.indexOf('\n') + 1);
    isFirst = false;
    held = [];
    return block;
  };
  for (const row of rows) {
    held.push(row);
    if (held.length === ROWS_PER_WRITE) yield text();
  }
  if (held.length > 0 || isFirst) yield text();
}

const columns: Column<StaffRow>[] = [
  { header: 'Employee ID', cell: (row) => row.staffNumber },
  { header: 'First Name', cell: (row) => row.givenName },
  { header: 'Last Name', cell: (row) => row.familyName },
  { header: 'Birth Date', cell: (row) => row.dateOfBirth },
  { header: 'Hire Date', cell: (row) => row.hireDate },
  { header: 'Status', cell: (row) => (row.leaving === null ? 'Active' : 'Terminated') },
  { header: 'Term Date', cell: (row) => row.leaving?.date ?? '' },
  { header: 'FT/PT', cell: (row) => (row.employmentType === 'full-time' ? 'FT' : 'PT') },
  { header: 'Job Title', cell: (row) => currentJob(row).title },
  { header: 'Department', cell: (row) => currentJob(row).department },
  { header: 'Establishment', cell: (row) => currentJob(row).location },
  { header: 'Manager ID', cell: (row) => currentJob(row).manager ?? '' },
  { header: 'EEO-1 Category', cell: (row) => currentJob(row).eeoCategory },
  { header: 'Pay', cell: (row) => yearly(currentPay(row)) },
  { header: 'Work E-mail', cell: (row) => row.workEmail },
  { header: 'Sex', cell: (row) => (row.sex === null ? '' : row.sex === 'female' ? 'F' : 'M') },
  { header: 'Hispanic', cell: (row) => answer(row.hispanicLatino) },
  { header: 'Race', cell: (row) => row.race ?? '' },
];

function yearly(pay: { base: string; basis: 'annual' | 'hourly' }): string {
  return pay.basis === 'annual' ? pay.base : (Number(pay.base) * 2080).toFixed(2);
}

function answer(value: boolean | null): string {
  return value === null ? '' : value ? 'Yes' : 'No';
}

const isoDate = { date: 'YYYY-MM-DD' };

/** Every column is mapped; the effective date is that of the oldest hiring, so that reports of any year have a job. */
export const staffMapping: Mapping = {
  version: 1,
  columns: {
    'Employee ID': { element: 'employment.staffNumber' },
    'First Name': { element: 'person.firstName' },
    'Last Name': { element: 'person.lastName' },
    'Birth Date': { element: 'person.dateOfBirth', transform: isoDate },
    'Hire Date': { element: 'employment.hireDate', transform: isoDate },
    Status: {
      element: 'employment.status',
      transform: { codes: { Active: 'active', Terminated: 'terminated' } },
    },
    'Term Date': { element: 'employment.terminationDate', transform: isoDate },
    'FT/PT': {
      element: 'employment.type',
      transform: { codes: { FT: 'full-time', PT: 'part-time' } },
    },
    'Job Title': { element: 'job.title' },
    Department: { element: 'job.department' },
    Establishment: { element: 'job.location' },
    'Manager ID': { element: 'job.manager' },
    'EEO-1 Category': { element: 'job.eeoCategory' },
    Pay: {
      element: 'pay.base',
      transform: { money: { currency: 'USD', decimal: '.', group: '' } },
    },
    'Work E-mail': { element: 'contact.workEmail' },
    Sex: { element: 'demographic.sex', transform: { codes: { F: 'female', M: 'male' } } },
    Hispanic: {
      element: 'demographic.hispanicLatino',
      transform: { codes: { Yes: 'true', No: 'false' } },
    },
    Race: { element: 'demographic.race' },
  },
  constants: { 'pay.basis': 'annual' },
  key: { element: 'employment.staffNumber' },
  effective: '2000-01-01',
};
