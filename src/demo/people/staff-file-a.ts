/**
 * The file of the first client as its HR system would export it: UTF-8 with BOM, commas, US dates,
 * dollar amounts, names as `Last, First`, and two columns that no SOP covers.
 */
import { type Column, csvText } from './csv.ts';
import { currentJob, currentPay, type EeoCategory, type Race, type StaffRow } from './staff-row.ts';

/** The bytes of the file: a header and one line per person. */
export function staffFileA(rows: Iterable<StaffRow>): Buffer {
  return Buffer.from(`\ufeff${csvText(columns, rows, ',')}`, 'utf8');
}

/** The two columns that no SOP covers, so that an import must refuse them by name. */
export const unknownColumnsA = ['Engagement Score', 'T-Shirt Size'] as const;

export const eeoLabels: Record<EeoCategory, string> = {
  executive: 'Executive/Senior Officials and Managers',
  manager: 'First/Mid Officials and Managers',
  professional: 'Professionals',
  technician: 'Technicians',
  sales: 'Sales Workers',
  administrative: 'Administrative Support',
  craft: 'Craft Workers',
  operative: 'Operatives',
  laborer: 'Laborers and Helpers',
  service: 'Service Workers',
};

export const raceLabels: Record<Race, string> = {
  white: 'White',
  black: 'Black or African American',
  nhopi: 'Native Hawaiian or Other Pacific Islander',
  asian: 'Asian',
  aian: 'American Indian or Alaska Native',
  'two-or-more': 'Two or More Races',
};

const columns: Column<StaffRow>[] = [
  { header: 'Employee ID', cell: (row) => row.staffNumber },
  { header: 'Employee Name', cell: (row) => `${row.familyName}, ${row.givenName}` },
  { header: 'Middle Initial', cell: (row) => row.middleName ?? '' },
  { header: 'Preferred Name', cell: (row) => row.preferredName ?? '' },
  { header: 'Birth Date', cell: (row) => usDate(row.dateOfBirth) },
  { header: 'Hire Date', cell: (row) => usDate(row.hireDate) },
  { header: 'Status', cell: (row) => (row.leaving === null ? 'Active' : 'Terminated') },
  { header: 'Term Date', cell: (row) => usDate(row.leaving?.date ?? '') },
  { header: 'Term Reason', cell: (row) => row.leaving?.reason ?? '' },
  { header: 'Voluntary', cell: (row) => yesNo(row.leaving?.voluntary ?? null) },
  { header: 'FT/PT', cell: (row) => (row.employmentType === 'full-time' ? 'FT' : 'PT') },
  { header: 'Work Location Type', cell: (row) => workplaces[row.workplace] },
  { header: 'Job Title', cell: (row) => currentJob(row).title },
  { header: 'Department', cell: (row) => currentJob(row).department },
  { header: 'Division', cell: (row) => currentJob(row).division },
  { header: 'Establishment', cell: (row) => currentJob(row).location },
  { header: 'Manager ID', cell: (row) => currentJob(row).manager ?? '' },
  { header: 'EEO-1 Category', cell: (row) => eeoLabels[currentJob(row).eeoCategory] },
  { header: 'SOC', cell: (row) => currentJob(row).socCode },
  { header: 'FLSA', cell: (row) => (currentJob(row).exempt ? 'Exempt' : 'Non-exempt') },
  { header: 'Pay Rate', cell: (row) => usMoney(currentPay(row).base) },
  {
    header: 'Pay Basis',
    cell: (row) => (currentPay(row).basis === 'annual' ? 'Salary' : 'Hourly'),
  },
  { header: 'Sex', cell: (row) => (row.sex === null ? '' : row.sex === 'female' ? 'F' : 'M') },
  { header: 'Hispanic or Latino', cell: (row) => yesNo(row.hispanicLatino) },
  { header: 'Race', cell: (row) => (row.race === null ? '' : raceLabels[row.race]) },
  { header: 'Street Address', cell: (row) => row.address.street },
  { header: 'City', cell: (row) => row.address.city },
  { header: 'State', cell: (row) => row.address.state },
  { header: 'ZIP', cell: (row) => row.address.postalCode },
  { header: 'Work E-mail', cell: (row) => row.workEmail },
  { header: 'Work Phone', cell: (row) => usPhone(row.workPhone) },
  { header: 'Home Phone', cell: (row) => usPhone(row.personalPhone) },
  { header: 'Engagement Score', cell: (row) => String(40 + (nameSum(row) % 60)) },
  { header: 'T-Shirt Size', cell: (row) => shirtSizes[nameSum(row) % shirtSizes.length] as string },
];

const workplaces = {
  'on-site': 'On site',
  hybrid: 'Hybrid',
  'remote-in-state': 'Remote',
  'remote-out-of-state': 'Remote (other state)',
} as const;
const shirtSizes = ['S', 'M', 'L', 'XL'];

function nameSum(row: StaffRow): number {
  return [...row.staffNumber].reduce((sum, digit) => sum * 7 + digit.charCodeAt(0), 0);
}

function yesNo(answer: boolean | null): string {
  return answer === null ? '' : answer ? 'Yes' : 'No';
}

function usDate(date: string): string {
  return date === '' ? '' : `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`;
}

/** `$69,222.18` */
function usMoney(amount: string): string {
  const [whole, cents] = amount.split('.');
  return `$${(whole ?? '').replace(/\B(?=(\d{3})+$)/gu, ',')}.${cents}`;
}

/** `(206) 555-0142` */
function usPhone(phone: string): string {
  return `(${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8)}`;
}
