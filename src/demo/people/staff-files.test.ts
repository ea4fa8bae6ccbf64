import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { adoptCatalogue } from '../../catalogue/adopt.ts';
import { loadCatalogue } from '../../catalogue/load.ts';
import { type Mapping, mappingSchema } from '../../contract/mapping.ts';
import { compileMapping } from '../../server/domain/imports/file/compile-mapping.ts';
import type { MappedRow } from '../../server/domain/imports/file/map-row.ts';
import { parseCsv } from '../../server/domain/imports/file/parse-csv.ts';
import { aMonthLater } from './a-month-later.ts';
import { inventStaff } from './invent-staff.ts';
import { mappingA, mappingAWithoutUnknown } from './mapping-a.ts';
import { mappingB } from './mapping-b.ts';
import { firstOrganisation, type Organisation, secondOrganisation } from './places.ts';
import { staffFileA } from './staff-file-a.ts';
import { staffFileB } from './staff-file-b.ts';
import { currentJob, currentPay, type StaffRow } from './staff-row.ts';
import { encodeWindows1252 } from './windows-1252.ts';

const whole = loadCatalogue(join(import.meta.dirname, '../../../catalogue'));
const asOf = '2026-11-01';

function requestFor(organisation: Organisation, count: number) {
  return { seed: 'test', organisation, count, asOf };
}

async function open(file: Buffer, mapping: Mapping, jurisdictions: string[]) {
  const csv = await parseCsv(async function* () {
    yield file;
  });
  const adopted = adoptCatalogue(whole, jurisdictions);
  const compiled = compileMapping({ adopted, whole }, mappingSchema.parse(mapping), csv.headers);
  return { csv, compiled };
}

async function mapAll(file: Buffer, mapping: Mapping, jurisdictions: string[]) {
  const { csv, compiled } = await open(file, mapping, jurisdictions);
  assert.ok(!('faults' in compiled), JSON.stringify(compiled));
  const rows: MappedRow[] = [];
  for await (const batch of csv.batches) {
    for (const [index, cells] of batch.rows.entries()) {
      const row = compiled.mapRow(cells, batch.numbers[index] as number);
      assert.ok(!('errors' in row), JSON.stringify(row));
      rows.push(row);
    }
  }
  return { csv, rows };
}

/** What the import makes of a row is what the generator meant. */
function assertSame(mapped: MappedRow, row: StaffRow): void {
  const of = (type: string) => mapped.types.find((each) => each.type === type)?.values ?? {};
  const job = currentJob(row);
  assert.equal(mapped.staffNumber, row.staffNumber);
  assert.equal(of('person').firstName, row.givenName);
  assert.equal(of('person').lastName, row.familyName);
  assert.equal(of('person').dateOfBirth, row.dateOfBirth);
  assert.equal(of('employment').hireDate, row.hireDate);
  assert.equal(of('employment').terminationDate, row.leaving?.date);
  assert.equal(of('job').title, job.title);
  assert.equal(of('job').manager, job.manager ?? undefined);
  assert.equal(of('job').eeoCategory, job.eeoCategory);
  const base = of('pay').base as { amount: string; currency: string };
  assert.deepEqual([Number(base.amount), base.currency], [Number(currentPay(row).base), 'USD']);
  assert.equal(of('demographic').race, row.race ?? undefined);
  assert.equal(of('demographic').hispanicLatino, row.hispanicLatino ?? undefined);
  assert.equal(of('contact').postalCode, row.address.postalCode);
  assert.equal(of('contact').workEmail, row.workEmail);
}

test('the first file is UTF-8 with BOM and commas, and every row maps', async () => {
  const staff = [...inventStaff(requestFor(firstOrganisation, 1200))];
  const file = staffFileA(staff);
  assert.equal(file.subarray(0, 3).toString('hex'), 'efbbbf');
  assert.match(file.toString('utf8'), /,"\$[\d,]+\.\d\d",/u);
  const mapping = mappingAWithoutUnknown(asOf);
  const { csv, rows } = await mapAll(file, mapping, ['US', 'US-CA']);
  assert.deepEqual([csv.encoding, csv.delimiter, rows.length], ['utf-8', ',', 1200]);
  for (const [index, row] of rows.entries()) assertSame(row, staff[index] as StaffRow);
});

test('without a word on them the two columns no SOP covers are refused by name', async () => {
  const staff = [...inventStaff(requestFor(firstOrganisation, 60))];
  const { compiled } = await open(staffFileA(staff), mappingA(asOf), ['US', 'US-CA']);
  assert.ok('faults' in compiled);
  assert.deepEqual(
    compiled.faults.map((fault) => fault.column),
    ['Engagement Score', 'T-Shirt Size'],
  );
});

test('the second file is Windows-1252 with semicolons and accents, and every row maps', async () => {
  const staff = [...inventStaff(requestFor(secondOrganisation, 3400))];
  const file = staffFileB(staff);
  assert.ok(file.includes(0xe9));
  const { csv, rows } = await mapAll(file, mappingB(asOf), ['US', 'US-NY']);
  assert.deepEqual([csv.encoding, csv.delimiter, rows.length], ['windows-1252', ';', 3400]);
  for (const [index, row] of rows.entries()) assertSame(row, staff[index] as StaffRow);
});

test('the files of a month later map as well', async () => {
  const first = requestFor(firstOrganisation, 1200);
  const later = aMonthLater([...inventStaff(first)], first);
  const mapping = mappingAWithoutUnknown(later.effective);
  const { rows } = await mapAll(staffFileA(later.rows), mapping, ['US', 'US-CA']);
  assert.equal(rows.length, later.rows.length);
  const second = requestFor(secondOrganisation, 3400);
  const others = aMonthLater([...inventStaff(second)], second);
  const file = staffFileB(others.rows);
  const mapped = await mapAll(file, mappingB(others.effective), ['US', 'US-NY']);
  assert.equal(mapped.rows.length, others.rows.length);
});

test('a character without a Windows-1252 byte is refused, all others come back', () => {
  const text = 'aé€Žžœ™ÿŸ~';
  assert.equal(new TextDecoder('windows-1252').decode(encodeWindows1252(text)), text);
  assert.throws(() => encodeWindows1252('ł'), /U\+0142/u);
});
