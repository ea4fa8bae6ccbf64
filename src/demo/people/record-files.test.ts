import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { adoptCatalogue } from '../../catalogue/adopt.ts';
import { loadCatalogue } from '../../catalogue/load.ts';
import { mappingSchema } from '../../contract/mapping.ts';
import { compileMapping } from '../../server/domain/imports/file/compile-mapping.ts';
import { parseCsv } from '../../server/domain/imports/file/parse-csv.ts';
import { inventStaff } from './invent-staff.ts';
import { ownRecordFiles } from './own-record-files.ts';
import { firstOrganisation } from './places.ts';
import type { RecordFile } from './record-file.ts';
import { recordFiles } from './record-files.ts';

const whole = loadCatalogue(join(import.meta.dirname, '../../../catalogue'));
const asOf = '2026-10-31';
const staff = [...inventStaff({ seed: 'test', organisation: firstOrganisation, count: 400, asOf })];
const kinds = [
  'training',
  'absence',
  'enrolment',
  'outcome',
  'evaluation',
  'acknowledgement',
] as const;
const files = () => recordFiles(staff, { seed: 'test', asOf, kinds });

async function rowsOf({ bytes, mapping }: RecordFile) {
  const file = await parseCsv(async function* () {
    yield bytes;
  });
  const adopted = adoptCatalogue(whole, ['US', 'US-CA']);
  const compiled = compileMapping({ adopted, whole }, mappingSchema.parse(mapping), file.headers);
  assert.ok(!('faults' in compiled), JSON.stringify(compiled));
  assert.ok(compiled.hasRepeats);
  const rows = [];
  for await (const batch of file.batches) {
    for (const [i, cells] of batch.rows.entries()) {
      const row = compiled.mapRow(cells, batch.numbers[i]!);
      assert.ok(!('errors' in row), JSON.stringify(row));
      rows.push(row);
    }
  }
  return rows;
}

test('every file maps without an error, of people who are there, on days that have passed', async () => {
  const numbers = new Set(staff.map(({ staffNumber }) => staffNumber));
  for (const file of files()) {
    const rows = await rowsOf(file);
    assert.ok(rows.length > 10, file.name);
    for (const { staffNumber, types } of rows) {
      assert.ok(numbers.has(staffNumber));
      for (const value of Object.values(types[0]!.values)) {
        const isDay = /^\d{4}-\d{2}-\d{2}$/.test(String(value));
        assert.ok(!isDay || file.name === 'absences.csv' || String(value) <= asOf, file.name);
      }
    }
  }
  for (const file of ownRecordFiles()) assert.ok((await rowsOf(file)).length > 2);
});

test('the same people have the same records each time, and several of them more than one', async () => {
  const [first, again] = [files(), files()];
  assert.deepEqual(first, again);
  const training = await rowsOf(first[0]!);
  assert.ok(new Set(training.map(({ staffNumber }) => staffNumber)).size < training.length);
});
