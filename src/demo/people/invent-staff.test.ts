import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aMonthLater } from './a-month-later.ts';
import { addYears, dayOf } from './calendar.ts';
import { inventStaff, type StaffRequest } from './invent-staff.ts';
import { firstOrganisation, secondOrganisation } from './places.ts';
import { currentJob, currentPay, type StaffRow } from './staff-row.ts';

const first: StaffRequest = {
  seed: 'test',
  organisation: firstOrganisation,
  count: 1200,
  asOf: '2026-11-01',
};
const second: StaffRequest = { ...first, organisation: secondOrganisation, count: 3400 };
const staff = [...inventStaff(first)];
const others = [...inventStaff(second)];

test('the same request invents the same people, another seed others', () => {
  assert.deepEqual([...inventStaff(first)], staff);
  const elsewhere = [...inventStaff({ ...first, seed: 'other' })];
  assert.notDeepEqual(elsewhere[0], staff[0]);
});

test('exactly as many people as asked for, each with a staff number and a mail of their own', () => {
  for (const [rows, count] of [
    [staff, 1200],
    [others, 3400],
  ] as const) {
    assert.equal(rows.length, count);
    assert.equal(new Set(rows.map((row) => row.staffNumber)).size, count);
    assert.equal(new Set(rows.map((row) => row.workEmail)).size, count);
  }
  for (const count of [0, 1, 2, 5, 6, 13, 60]) {
    assert.equal([...inventStaff({ ...first, count })].length, count);
  }
});

test('one head; every manager stands earlier, is still there and leads 4 to 12 people', () => {
  for (const rows of [staff, others]) {
    const place = new Map(rows.map((row, index) => [row.staffNumber, index]));
    const spans = new Map<string, number>();
    for (const [index, row] of rows.entries()) {
      const { manager } = currentJob(row);
      assert.equal(manager === null, index === 0);
      if (manager === null) continue;
      assert.ok((place.get(manager) ?? Number.POSITIVE_INFINITY) < index);
      assert.equal(rows[place.get(manager) as number]?.leaving, null);
      spans.set(manager, (spans.get(manager) ?? 0) + 1);
    }
    for (const span of spans.values()) assert.ok(span >= 4 && span <= 12, `span ${span}`);
  }
});

test('dates follow from one another', () => {
  for (const row of [...staff, ...others]) {
    assert.ok(row.dateOfBirth <= addYears(row.hireDate, -18));
    assert.ok(row.hireDate <= first.asOf);
    assert.ok(dayOf(first.asOf) - dayOf(row.hireDate) <= 25 * 366 + 30);
    assert.equal(row.jobs[0]?.from, row.hireDate);
    assert.equal(row.pay[0]?.from, row.hireDate);
    const last = row.leaving?.date ?? first.asOf;
    assert.ok(row.hireDate < last && last <= first.asOf);
    for (const periods of [row.jobs, row.pay]) {
      const dates = periods.map((period) => period.from);
      assert.deepEqual(dates, [...new Set(dates)].sort());
      assert.ok((dates.at(-1) as string) <= last);
    }
  }
});

test('the organisation looks like one: leavers, part-time, raises, promotions, blanks, all categories', () => {
  const part = (rows: StaffRow[], has: (row: StaffRow) => boolean) =>
    rows.filter(has).length / rows.length;
  for (const rows of [staff, others]) {
    assert.ok(Math.abs(part(rows, (row) => row.leaving !== null) - 0.07) < 0.03);
    assert.ok(Math.abs(part(rows, (row) => row.employmentType === 'part-time') - 0.08) < 0.03);
    assert.ok(part(rows, (row) => row.pay.length >= 3) > 0.6);
    assert.ok(part(rows, (row) => row.jobs.length === 2) > 0.1);
    assert.ok(part(rows, (row) => row.hispanicLatino === null) > 0.02);
    assert.equal(new Set(rows.map((row) => currentJob(row).eeoCategory)).size, 10);
    assert.ok(rows.every((row) => row.pay.length <= 6 && Number(currentPay(row).base) > 7.25));
    assert.ok(rows.every((row) => /^\+1[2-9]\d{2}55501\d\d$/u.test(row.workPhone)));
  }
});

test('more than 50,000 different names in 100,000 people', () => {
  const names = new Set<string>();
  for (const row of inventStaff({ ...first, count: 100_000 })) {
    names.add(`${row.givenName} ${row.familyName}`);
  }
  assert.ok(names.size > 50_000, `${names.size}`);
});

test('a month later some were raised, joined, left and moved, and the rest is untouched', () => {
  const before = structuredClone(staff);
  const later = aMonthLater(staff, first);
  assert.deepEqual(staff, before);
  assert.deepEqual(aMonthLater(staff, first), later);
  assert.equal(later.effective, '2026-12-01');
  for (const count of Object.values(later.changes)) assert.ok(count > 0);
  assert.equal(later.rows.length, staff.length + later.changes.joined);
  assert.equal(new Set(later.rows.map((row) => row.staffNumber)).size, later.rows.length);
  const ended = (rows: StaffRow[]) => rows.filter((row) => row.leaving !== null).length;
  assert.equal(ended(later.rows), ended(staff) + later.changes.left);
  const numbers = new Set(later.rows.map((row) => row.staffNumber));
  for (const row of later.rows) {
    const { manager } = currentJob(row);
    assert.ok(manager === null || numbers.has(manager));
    assert.ok(row.leaving === null || row.leaving.date > row.hireDate);
    assert.ok(row.dateOfBirth <= addYears(row.hireDate, -18));
  }
});
