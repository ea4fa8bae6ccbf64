/**
 * The file of the second client, exported by the system of its European group: Windows-1252,
 * semicolons, dates as DD.MM.YYYY, amounts with a decimal comma, names in two columns.
 */
import { type Column, csvText } from './csv.ts';
import { eeoLabels, raceLabels } from './staff-file-a.ts';
import { currentJob, currentPay, type StaffRow } from './staff-row.ts';
import { encodeWindows1252 } from './windows-1252.ts';

/** The bytes of the file: a header and one line per person. */
export function staffFileB(rows: Iterable<StaffRow>): Buffer {
  return encodeWindows1252(csvText(columns, rows, ';'));
}

const columns: Column<StaffRow>[] = [
  { header: 'Personnel No.', cell: (row) => row.staffNumber },
  { header: 'Surname', cell: (row) => row.familyName },
  { header: 'First name', cell: (row) => row.givenName },
  { header: 'Known as', cell: (row) => row.preferredName ?? '' },
  { header: 'Date of birth', cell: (row) => groupDate(row.dateOfBirth) },
  { header: 'Entry date', cell: (row) => groupDate(row.hireDate) },
  { header: 'Exit date', cell: (row) => groupDate(row.leaving?.date ?? '') },
  { header: 'Exit reason', cell: (row) => row.leaving?.reason ?? '' },
  { header: 'Exit by own wish', cell: (row) => flag(row.leaving?.voluntary ?? null) },
  { header: 'Contract state', cell: (row) => (row.leaving === null ? '1 - running' : '9 - ended') },
  { header: 'Full/part time', cell: (row) => (row.employmentType === 'full-time' ? '100' : 'TZ') },
  { header: 'Place of work', cell: (row) => workplaces[row.workplace] },
  { header: 'Position', cell: (row) => currentJob(row).title },
  { header: 'Org unit', cell: (row) => currentJob(row).department },
  { header: 'Business area', cell: (row) => currentJob(row).division },
  { header: 'Site', cell: (row) => currentJob(row).location },
  { header: 'Superior', cell: (row) => currentJob(row).manager ?? '' },
  { header: 'EEO', cell: (row) => eeoLabels[currentJob(row).eeoCategory] },
  { header: 'SOC', cell: (row) => currentJob(row).socCode },
  { header: 'FLSA exempt', cell: (row) => flag(currentJob(row).exempt) },
  { header: 'Remuneration', cell: (row) => groupMoney(currentPay(row).base) },
  { header: 'Basis', cell: (row) => (currentPay(row).basis === 'annual' ? 'Y' : 'H') },
  { header: 'Gender', cell: (row) => (row.sex === null ? '' : row.sex === 'female' ? '2' : '1') },
  { header: 'Hispanic/Latino', cell: (row) => flag(row.hispanicLatino) },
  { header: 'Race', cell: (row) => (row.race === null ? '' : raceLabels[row.race]) },
  { header: 'Street', cell: (row) => row.address.street },
  { header: 'Town', cell: (row) => row.address.city },
  { header: 'Region', cell: (row) => row.address.state },
  { header: 'Postcode', cell: (row) => row.address.postalCode },
  { header: 'Business e-mail', cell: (row) => row.workEmail },
  { header: 'Business phone', cell: (row) => groupPhone(row.workPhone) },
  { header: 'Private phone', cell: (row) => groupPhone(row.personalPhone) },
];

const workplaces = {
  'on-site': 'Site',
  hybrid: 'Mixed',
  'remote-in-state': 'Home',
  'remote-out-of-state': 'Home, other state',
} as const;

function flag(answer: boolean | null): string {
  return answer === null ? '' : answer ? 'X' : '-';
}

function groupDate(date: string): string {
  return date === '' ? '' : `${date.slice(8, 10)}.${date.slice(5, 7)}.${date.slice(0, 4)}`;
}

/** `69.222,18` */
function groupMoney(amount: string): string {
  const [whole, cents] = amount.split('.');
  return `${(whole ?? '').replace(/\B(?=(\d{3})+$)/gu, '.')},${cents}`;
}

/** `+1 206 555 0142` */
function groupPhone(phone: string): string {
  return `${phone.slice(0, 2)} ${phone.slice(2, 5)} ${phone.slice(5, 8)} ${phone.slice(8)}`;
}
