// The two real files become exactly what their SOURCES.md counts. No value of a person is printed.
import assert from 'node:assert/strict';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { adoptCatalogue } from '../../../src/catalogue/adopt.ts';
import { loadCatalogue } from '../../../src/catalogue/load.ts';
import { type Mapping, mappingSchema } from '../../../src/contract/mapping.ts';
import type { ErrorList } from '../../../src/server/domain/imports/file/collect-errors.ts';
import { compileMapping } from '../../../src/server/domain/imports/file/compile-mapping.ts';
import { mapFile } from '../../../src/server/domain/imports/file/map-file.ts';
import type { MappedRow } from '../../../src/server/domain/imports/file/map-row.ts';
import { parseCsv } from '../../../src/server/domain/imports/file/parse-csv.ts';
import { suggestMapping } from '../../../src/server/domain/imports/file/suggest-mapping.ts';

const root = new URL('../../../', import.meta.url);
const whole = loadCatalogue(fileURLToPath(new URL('catalogue', root)));
const adopted = adoptCatalogue(whole, ['US']);
const files = {
  montgomery: new URL('../shared/data/hr/montgomery_county_md_employee_salaries_2016.csv', root),
  hrdataset: new URL('../shared/data/hr/HRDataset_v14.csv', root),
};
type Name = keyof typeof files;
const absent = (name: Name) => !existsSync(files[name]) && `../shared has no file for ${name}`;

const mappingOf = (name: Name): Mapping =>
  mappingSchema.parse(JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')));

test('the mappings name only elements that a client of US federal law adopts', () => {
  for (const name of ['montgomery', 'hrdataset'] as const) {
    const mapping = mappingOf(name);
    const compiled = compileMapping({ adopted, whole }, mapping, Object.keys(mapping.columns));
    assert.ok(!('faults' in compiled), JSON.stringify(compiled));
  }
});

describe('Montgomery', { skip: absent('montgomery') }, () => {
  test('row by row, the figures of SOURCES.md', async () => {
    const rows = await mapAll('montgomery', mappingOf('montgomery'));
    assert.equal(rows.length, 9_228);
    assert.equal(new Set(rows.map((row) => row.staffNumber)).size, 9_228);
    assert.equal(sumOfCents(rows, 'pay', 'base'), 67_724_456_660n);
    const departments = counts(rows, 'job', 'department');
    assert.deepEqual(
      ['POL', 'HHS', 'FRS', 'DOT', 'COR'].map((code) => departments.get(code)),
      [1_844, 1_556, 1_311, 1_226, 482],
    );
    assert.deepEqual(Object.fromEntries(counts(rows, 'demographic', 'sex')), {
      female: 3_730,
      male: 5_481,
      '': 17,
    });
    assert.deepEqual(Object.fromEntries(counts(rows, 'employment', 'type')), {
      'full-time': 8_394,
      'part-time': 834,
    });
    assert.equal(counts(rows, 'pay', 'grossReceived').get(''), 100);
    const names = new Set(
      rows.map((row) =>
        ['lastName', 'firstName', 'middleName'].map((part) => at(row, 'person', part)).join('|'),
      ),
    );
    assert.equal(names.size, 9_222);
    const hired = rows.map((row) => at(row, 'employment', 'hireDate') as string).toSorted();
    assert.deepEqual([hired[0]?.slice(0, 4), hired.at(-1)], ['1965', '2016-12-27']);
    assert.ok(rows.every((row) => at(row, 'job', 'title') !== ''));
    assert.deepEqual(
      new Set(rows[0]?.types.map(({ from }) => from)),
      new Set([null, '2016-12-31']),
    );
  });

  test('what is suggested holds for every row, and gives the same salaries', async () => {
    const rows = await mapAll('montgomery', await suggested('montgomery'));
    assert.equal(rows.length, 9_228);
    assert.equal(sumOfCents(rows, 'pay', 'base'), 67_724_456_660n);
  });
});

describe('HRDataset', { skip: absent('hrdataset') }, () => {
  test('row by row, the figures of SOURCES.md', async () => {
    const rows = await mapAll('hrdataset', mappingOf('hrdataset'));
    assert.equal(rows.length, 311);
    const active = rows.filter((row) => at(row, 'employment', 'status') === 'active');
    assert.equal(active.length, 207);
    assert.ok(active.every((row) => at(row, 'employment', 'terminationDate') === ''));
    assert.ok(active.every((row) => at(row, 'employment', 'terminationReason') === ''));
    const groups: Record<string, number> = {};
    for (const row of active) {
      const hispanic = at(row, 'demographic', 'hispanicLatino') === true;
      const race = hispanic ? 'hispanic' : at(row, 'demographic', 'race');
      const group = `${race} ${at(row, 'demographic', 'sex')}`;
      groups[group] = (groups[group] ?? 0) + 1;
    }
    assert.deepEqual(groups, {
      'hispanic female': 10,
      'hispanic male': 9,
      'white female': 60,
      'white male': 51,
      'black female': 30,
      'black male': 17,
      'asian female': 11,
      'asian male': 9,
      'aian female': 2,
      'aian male': 1,
      'two-or-more female': 3,
      'two-or-more male': 4,
    });
    const white = rows.filter((row) => at(row, 'demographic', 'race') === 'white');
    const both = white.filter((row) => at(row, 'demographic', 'hispanicLatino') === true);
    assert.equal(both.length, 18);
  });

  test('lost zeros, two-digit years, padding and blank managers', async () => {
    const rows = await mapAll('hrdataset', mappingOf('hrdataset'));
    const codes = rows.map((row) => at(row, 'contact', 'postalCode') as string);
    assert.ok(codes.every((code) => /^\d{5}$/.test(code)));
    assert.equal(codes.filter((code) => code.startsWith('0')).length, 287);
    const births = rows.map((row) => at(row, 'person', 'dateOfBirth') as string).toSorted();
    assert.deepEqual([births[0]?.slice(0, 4), births.at(-1)?.slice(0, 4)], ['1951', '1992']);
    const hired = rows.map((row) => at(row, 'employment', 'hireDate') as string).toSorted();
    assert.deepEqual([hired[0]?.slice(0, 4), hired.at(-1)?.slice(0, 4)], ['2006', '2018']);
    assert.equal(counts(rows, 'job', 'manager').get(''), 8);
    assert.equal(counts(rows, 'job', 'department').get('Production'), 209);
    assert.ok(rows.every((row) => row.types.every(({ from }) => from === null)));
  });

  test('the one race that is none stays empty, and only where the ethnicity says it', async () => {
    const rows = await mapAll('hrdataset', mappingOf('hrdataset'));
    const none = rows.filter((row) => at(row, 'demographic', 'race') === '');
    assert.deepEqual(
      none.map((row) => at(row, 'demographic', 'hispanicLatino')),
      [true],
    );
  });

  test('what is suggested holds for every row, and leaves out what no procedure covers', async () => {
    const mapping = await suggested('hrdataset');
    const rows = await mapAll('hrdataset', mapping);
    assert.equal(rows.length, 311);
    const discarded = Object.keys(mapping.columns).filter(
      (header) => 'discard' in (mapping.columns[header] ?? {}),
    );
    for (const header of ['MaritalDesc', 'RecruitmentSource', 'Absences', 'TermReason', 'Age']) {
      assert.ok(discarded.includes(header), header);
    }
  });
});

/** The suggestion from the file's first rows, with a person's decision to discard what it leaves out. */
async function suggested(name: Name): Promise<Mapping> {
  const file = await open(name);
  const first = await file.batches.next();
  await file.batches.return();
  const sample = first.value?.rows ?? [];
  const { mapping, unsuggested } = suggestMapping(adopted, file.headers, sample);
  for (const header of unsuggested) mapping.columns[header] = { discard: true };
  return mappingSchema.parse(mapping);
}

async function mapAll(name: Name, mapping: Mapping): Promise<MappedRow[]> {
  const file = await open(name);
  const compiled = compileMapping({ adopted, whole }, mapping, file.headers);
  assert.ok(!('faults' in compiled), JSON.stringify(compiled));
  const errors: ErrorList = { count: 0, first: [] };
  const rows: MappedRow[] = [];
  for await (const batch of mapFile(file, compiled, errors)) rows.push(...batch);
  assert.deepEqual(errors, { count: 0, first: [] });
  return rows;
}

const open = (name: Name) => parseCsv(() => createReadStream(files[name]));

/** '' where the row says nothing. */
function at(row: MappedRow, type: string, element: string): unknown {
  return row.types.find((each) => each.type === type)?.values[element] ?? '';
}

function counts(rows: MappedRow[], type: string, element: string): Map<unknown, number> {
  const found = new Map<unknown, number>();
  for (const row of rows) {
    const value = at(row, type, element);
    found.set(value, (found.get(value) ?? 0) + 1);
  }
  return found;
}

function sumOfCents(rows: MappedRow[], type: string, element: string): bigint {
  let sum = 0n;
  for (const row of rows) {
    const { amount } = at(row, type, element) as { amount: string };
    const [units, cents = ''] = amount.split('.') as [string, string?];
    sum += BigInt(units + cents.padEnd(2, '0'));
  }
  return sum;
}
