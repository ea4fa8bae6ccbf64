// What must hold of the catalogue that is shipped, against the reference table that it came from.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Element, RecordType } from './catalogue.ts';
import { durationDays } from './duration.ts';
import { findElement, findType } from './find.ts';
import { loadCatalogue } from './load.ts';

const catalogue = loadCatalogue(new URL('../../catalogue', import.meta.url).pathname);
const all = catalogue.types.flatMap((type) => type.elements.map((element) => ({ type, element })));

/** The class of rows 1 to 83 of the reference table; where it names two, the lower one. */
const ROW_CLASSES =
  '2142222422' + // 1–10
  '4411443311' + // 11–20
  '1131111332' + // 21–30
  '3144444334' + // 31–40
  '4313333314' + // 41–50
  '3341333313' + // 51–60
  '4331343334' + // 61–70
  '4444141314' + // 71–80
  '331'; // 81–83

const CLASS_OF_ROW = new Map([...ROW_CLASSES].map((digit, i) => [i + 1, `R${digit}`]));

/** Rows that the law keeps in a file of their own, and the only compartment they may stand in. */
const SEGREGATED: Record<string, number[]> = {
  demographic: [8, 11, 12, 15, 16, 33],
  identity: [3, 9, 35, 36, 37, 50, 66],
  medical: [40, 61, 69, 70, 71, 72, 73, 74, 76],
  bank: [53],
  conduct: [34, 41, 80, 82],
};

const idOf = ({ type, element }: { type: RecordType; element: Element }) =>
  `${type.id}.${element.id}`;

test('every client row of the reference table is an element, and none of the provider', () => {
  const rows = new Set(all.flatMap(({ element }) => element.source ?? []));
  assert.deepEqual(
    [...rows].sort((a, b) => a - b),
    Array.from({ length: 83 }, (_, i) => i + 1),
  );
});

test('no element is less sensitive than the rows it comes from', () => {
  for (const each of all) {
    for (const row of each.element.source ?? []) {
      const atLeast = CLASS_OF_ROW.get(row) ?? '';
      assert.ok(each.element.sensitivity >= atLeast, `${idOf(each)} loosens row ${row}`);
    }
  }
});

test('what the law keeps apart stands in its own compartment', () => {
  for (const each of all) {
    for (const row of each.element.source ?? []) {
      for (const [compartment, rows] of Object.entries(SEGREGATED)) {
        if (!rows.includes(row)) continue;
        assert.equal(each.type.compartment, compartment, `${idOf(each)} of row ${row}`);
      }
    }
  }
});

test('special data never stands in the compartments that lists and reports read', () => {
  const open = all.filter(({ type }) => ['personnel', 'contact', 'pay'].includes(type.compartment));
  assert.deepEqual(open.filter(({ element }) => element.sensitivity === 'R4').map(idOf), []);
});

test('the maximum of every element is at least its minimum', () => {
  for (const each of all) {
    const { minimum, maximum } = each.element.retention;
    assert.ok(minimum === null || durationDays(maximum) >= durationDays(minimum), idOf(each));
  }
});

test('rows for which the reference table knows no period have none', () => {
  for (const row of [5, 6, 10, 53, 63, 72, 73, 83]) {
    const minima = all
      .filter(({ element }) => element.source?.includes(row))
      .map(({ element }) => element.retention.minimum);
    assert.deepEqual(new Set(minima), new Set([null]), `row ${row}`);
  }
});

test('every SOP has a mandate, a reason, a review within the year and a source or an instruction', () => {
  for (const each of all) {
    const { element } = each;
    assert.ok(element.why.length > 10 && element.frequency.length > 0, idOf(each));
    assert.ok(element.mandates.length > 0, idOf(each));
    assert.ok(element.reviewedOn < element.reviewDue, idOf(each));
    const instructed = element.mandates.some((mandate) => mandate.jurisdiction === 'client');
    assert.ok((element.source ?? []).length > 0 || instructed, `${idOf(each)} has neither`);
  }
});

test('the ids that other parts build on are there, with their kinds', () => {
  for (const [id, kind] of Object.entries(FIXED_IDS)) {
    const found = findElement(catalogue, id);
    assert.ok(found, id);
    const { type, sensitivity, required, freeText } = found.element;
    const words = [
      type,
      sensitivity,
      ...(required ? ['required'] : []),
      ...(freeText ? ['free'] : []),
    ];
    assert.equal(words.join(' '), kind, id);
  }
  assert.deepEqual(
    ['job', 'pay'].map((id) => findType(catalogue, id)?.cardinality),
    ['effective', 'effective'],
  );
});

const FIXED_IDS: Record<string, string> = {
  'person.firstName': 'text R2',
  'person.lastName': 'text R2 required',
  'person.dateOfBirth': 'date R2',
  'employment.staffNumber': 'identifier R1 required',
  'employment.hireDate': 'date R1',
  'employment.status': 'code R1',
  'employment.type': 'code R1',
  'employment.terminationDate': 'date R3',
  'employment.terminationReason': 'text R3 free',
  'job.title': 'text R1 required',
  'job.department': 'text R1',
  'job.manager': 'identifier R1',
  'job.eeoCategory': 'code R1',
  'pay.base': 'money R3 required',
  'pay.basis': 'code R3 required',
  'pay.grossReceived': 'money R3',
  'pay.overtimeReceived': 'money R3',
  'contact.workEmail': 'email R1',
  'contact.street': 'text R2',
  'demographic.sex': 'code R4',
  'demographic.hispanicLatino': 'boolean R4',
  'demographic.race': 'code R4',
  'identity.ssn': 'identifier R4',
  'bank.accountNumber': 'identifier R4',
  'evaluation.text': 'text R3 free',
};

test('the codes that reports are made of are exactly these', () => {
  const codes = (id: string) => Object.keys(catalogue.codeLists[id]?.codes ?? {});
  assert.deepEqual(codes('sex'), ['female', 'male']);
  assert.deepEqual(codes('race'), ['white', 'black', 'nhopi', 'asian', 'aian', 'two-or-more']);
  assert.equal(codes('eeoCategory').length, 10);
  assert.deepEqual(codes('employmentStatus'), ['active', 'leave', 'terminated']);
  assert.deepEqual(codes('payBasis'), ['annual', 'monthly', 'hourly']);
});

test('the classes above are those of the reference table', (t) => {
  const table = new URL('../../../shared/reference/sop-elements.md', import.meta.url);
  if (!existsSync(table)) return t.skip('../shared is not here');
  const rows = readFileSync(table, 'utf8').matchAll(/^\| (\d+) \|(?:[^|]*\|){5} (R\d)/gm);
  const classes = new Map([...rows].map(([, row, name]) => [Number(row), name]));
  for (const [row, name] of CLASS_OF_ROW) assert.equal(classes.get(row), name, `row ${row}`);
});
