import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CatalogueError, formatFault } from './fault.ts';
import { loadCatalogue } from './load.ts';
import { SMALL_CATALOGUE, withSmallCatalogue } from './small-catalogue.fixture.ts';

const PAY = 'record-types/worker-pay.yaml';
const HANDBOOK = 'record-types/handbook.yaml';

test('a sound catalogue loads with every default and mandate written out', () => {
  const catalogue = withSmallCatalogue({}, loadCatalogue);
  assert.equal(catalogue.version, 7);
  assert.deepEqual(
    catalogue.types.map((type) => type.id),
    ['workerPay', 'handbook'],
  );
  const note = catalogue.types[0]?.elements[2];
  assert.deepEqual(note, {
    id: 'note',
    label: 'Note',
    why: 'The state asks for it',
    type: 'text',
    sensitivity: 'R3',
    purposes: ['hr-administration', 'reporting'],
    frequency: 'At hire',
    cadence: 'P1Y',
    retention: { minimum: null, trigger: 'end', maximum: 'P1Y' },
    mandates: [
      {
        citation: 'Cal. Code 3',
        jurisdiction: 'US-CA',
        demands: 'Notes on pay',
        checkedOn: '2026-01-31',
      },
    ],
    reviewedOn: '2026-01-31',
    reviewDue: '2027-01-31',
    taxonomy: { fideslang: 'user.financial', dpv: 'pd:Salary' },
    required: false,
    freeText: true,
    source: [42],
  });
});

test('a loaded catalogue cannot be changed', () => {
  const catalogue = withSmallCatalogue({}, loadCatalogue);
  const mandates = catalogue.types[0]?.elements[0]?.mandates ?? [];
  assert.throws(() => mandates.push({ citation: 'x', jurisdiction: 'US', checkedOn: 'x' }), {
    message: /not extensible/,
  });
});

/** [what is wrong, file, text to find, its replacement, expected faults]. */
const FAULTS: [string, string, string, string, string[]][] = [
  [
    'YAML that does not parse',
    PAY,
    'label: Pay\n',
    'label: "Pay\n',
    [`${PAY}:2: YAML: Missing closing "quote`],
  ],
  [
    'a field twice',
    PAY,
    'label: Pay\n',
    'label: Pay\nlabel: Pay\n',
    [`${PAY}:3: YAML: Map keys must be unique`],
  ],
  [
    'a field that does not exist',
    PAY,
    '    label: Note',
    '    lable: Note',
    [`${PAY}:29: elements.2.label: is missing`, `${PAY}:30: elements.2.lable: no such field`],
  ],
  [
    'a required field left out',
    HANDBOOK,
    '    frequency: On change\n',
    '',
    [`${HANDBOOK}:7: handbook.title: frequency: is missing`],
  ],
  [
    'an unknown type of value',
    PAY,
    'type: money',
    'type: cash',
    [`${PAY}:21: elements.0.type: Invalid option`],
  ],
  [
    'words where a list belongs',
    HANDBOOK,
    '[instruction]',
    'instruction',
    [`${HANDBOOK}:16: elements.0.mandates: Invalid input: expected array, received string`],
  ],
  [
    'an unknown compartment',
    PAY,
    'compartment: pay',
    'compartment: safe',
    [`${PAY}:4: compartment: Invalid option`],
  ],
  [
    'an element twice',
    PAY,
    'id: basis',
    'id: base',
    [`${PAY}:24: workerPay.base: id: is there twice`],
  ],
  [
    'a code list that is not there',
    PAY,
    'codes: payBasis',
    'codes: payGrade',
    [
      'code-lists.yaml:1: payBasis: nothing names it',
      `${PAY}:28: workerPay.basis: codes: payGrade is not in code-lists.yaml`,
    ],
  ],
  [
    'a code without a list',
    PAY,
    '    codes: payBasis\n',
    '',
    [
      'code-lists.yaml:1: payBasis: nothing names it',
      `${PAY}:27: workerPay.basis: type: a code needs a code list`,
    ],
  ],
  [
    'a mandate that is not there',
    HANDBOOK,
    '[instruction]',
    '[instructions]',
    [
      'mandates.yaml:22: instruction: nothing names it',
      `${HANDBOOK}:16: handbook.title: mandates: instructions is not in mandates.yaml`,
    ],
  ],
  [
    'no mandate',
    HANDBOOK,
    '[instruction]',
    '[]',
    [`${HANDBOOK}:16: elements.0.mandates: names no mandate`],
  ],
  [
    'a minimum that no mandate names',
    PAY,
    'minimum: none, trigger: end',
    'minimum: P1Y, trigger: end',
    [`${PAY}:34: workerPay.note: retention: minimum is P1Y, but its mandates name no period`],
  ],
  [
    'a minimum below what a mandate names',
    PAY,
    'minimum: P4Y',
    'minimum: P3Y',
    [
      `${PAY}:11: workerPay.base: retention: minimum is P3Y, but its mandates name P4Y`,
      `${PAY}:11: workerPay.basis: retention: minimum is P3Y, but its mandates name P4Y`,
    ],
  ],
  [
    'a maximum below the minimum',
    PAY,
    'maximum: P6Y',
    'maximum: P47M',
    [
      `${PAY}:11: workerPay.base: retention: maximum P47M is shorter than minimum P4Y`,
      `${PAY}:11: workerPay.basis: retention: maximum P47M is shorter than minimum P4Y`,
    ],
  ],
  [
    'a clock that starts before the law allows',
    'retention-triggers.yaml',
    'covers: [made]',
    'covers: []',
    [
      `${PAY}:11: workerPay.base: retention: trigger end may come before made of 1 CFR 1`,
      `${PAY}:11: workerPay.base: retention: trigger end may come before made of Cal. Code 2`,
      `${PAY}:11: workerPay.basis: retention: trigger end may come before made of 1 CFR 1`,
      `${PAY}:11: workerPay.basis: retention: trigger end may come before made of Cal. Code 2`,
    ],
  ],
  [
    'a clock that is not there',
    HANDBOOK,
    'trigger: made',
    'trigger: never',
    [`${HANDBOOK}:15: handbook.title: retention: trigger never is not in retention-triggers.yaml`],
  ],
  [
    'a period without its clock',
    'mandates.yaml',
    '  trigger: made\n',
    '',
    ['mandates.yaml:1: federal-pay: minimum and trigger belong together'],
  ],
  [
    'a day that does not exist',
    HANDBOOK,
    'reviewDue: 2026-12-31',
    'reviewDue: 2026-02-30',
    [`${HANDBOOK}:18: elements.0.reviewDue: is not a day that exists`],
  ],
  [
    'a review put off for longer than a year',
    HANDBOOK,
    'reviewDue: 2026-12-31',
    'reviewDue: 2027-02-01',
    [`${HANDBOOK}:18: handbook.title: reviewDue: is not within the year after reviewedOn`],
  ],
  [
    'special data among what lists show',
    HANDBOOK,
    'sensitivity: R1',
    'sensitivity: R4',
    [
      `${HANDBOOK}:11: handbook.title: sensitivity: R4 may not stand in personnel, which holds R1 to R3`,
    ],
  ],
  [
    'ordinary data in a segregated compartment',
    HANDBOOK,
    'compartment: personnel',
    'compartment: medical',
    [`${HANDBOOK}:11: handbook.title: sensitivity: R1 may not stand in medical, which holds R4`],
  ],
  [
    "the provider's own registers",
    PAY,
    'source: [42]',
    'source: [42, 84, 85]',
    [
      `${PAY}:16: workerPay.base: source: row 84 is not a client's data element`,
      `${PAY}:16: workerPay.base: source: row 85 is not a client's data element`,
      `${PAY}:16: workerPay.basis: source: row 84 is not a client's data element`,
      `${PAY}:16: workerPay.basis: source: row 85 is not a client's data element`,
      `${PAY}:16: workerPay.note: source: row 84 is not a client's data element`,
      `${PAY}:16: workerPay.note: source: row 85 is not a client's data element`,
    ],
  ],
  [
    'a taxonomy key that is not there',
    HANDBOOK,
    'system.operations',
    'system.other',
    [`${HANDBOOK}:19: handbook.title: taxonomy: fideslang system.other is not in taxonomies.yaml`],
  ],
  [
    'a bound that does not suit the type',
    PAY,
    '{ minimum: 0 }',
    '{ maxLength: 5 }',
    [`${PAY}:23: workerPay.base: validation: maxLength does not apply to a money`],
  ],
  [
    'a number that is not whole',
    'catalogue.yaml',
    'version: 7',
    'version: 7.5',
    ['catalogue.yaml:1: version: Invalid input: expected int, received number'],
  ],
  [
    'a record type without its file',
    'catalogue.yaml',
    'handbook]',
    'handbook, visits]',
    ['catalogue.yaml:2: visits: there is no record-types/visits.yaml'],
  ],
  [
    'a record type that is not listed',
    'catalogue.yaml',
    ', handbook]',
    ']',
    [`${HANDBOOK}:1: handbook: is not in catalogue.yaml`],
  ],
  [
    'a record type in the wrong file',
    HANDBOOK,
    'id: handbook',
    'id: handBook',
    [
      `${HANDBOOK}:1: handBook: is not in catalogue.yaml`,
      `${HANDBOOK}:1: handBook: belongs in record-types/hand-book.yaml`,
    ],
  ],
  [
    'a purpose without a meaning',
    'purposes.yaml',
    'study: Studies\n',
    '',
    ['purposes.yaml:1: study: is missing'],
  ],
];

for (const [what, file, find, replacement, expected] of FAULTS) {
  test(`${what} is refused with file, line and reason`, () => {
    const text = SMALL_CATALOGUE[file] ?? '';
    assert.ok(text.includes(find), 'the fixture holds what the test changes');
    const changed = { [file]: text.replace(find, () => replacement) };
    assert.deepEqual(faultsOf(changed).map(firstWords(expected)), expected.toSorted());
  });
}

test('a missing file is a fault', () => {
  assert.deepEqual(faultsOf({ 'mandates.yaml': null }), [
    'mandates.yaml:1: the file is missing or cannot be read',
  ]);
});

test('all faults of all files are named at once', () => {
  const faults = faultsOf({
    'purposes.yaml': 'study: Studies\n',
    [PAY]: 'id: Pay\n',
    [HANDBOOK]: 'id: handbook\nelements: []\n',
  });
  assert.deepEqual(
    new Set(faults.map((fault) => fault.split(':')[0])),
    new Set(['purposes.yaml', PAY, HANDBOOK]),
  );
  assert.ok(faults.length > 10);
});

test('a shared file that is at fault does not hide the faults of record types', () => {
  const faults = faultsOf({ 'mandates.yaml': 'nothing', [HANDBOOK]: 'id: handbook' });
  assert.ok(faults.some((fault) => fault.startsWith(HANDBOOK)));
});

function faultsOf(changes: Record<string, string | null>): string[] {
  try {
    withSmallCatalogue(changes, loadCatalogue);
  } catch (error) {
    assert.ok(error instanceof CatalogueError);
    return error.faults.map(formatFault).sort();
  }
  assert.fail('the catalogue loaded');
}

/** Cuts the wording of the YAML and zod packages down to what is expected of it. */
function firstWords(expected: string[]) {
  return (fault: string) => expected.find((start) => fault.startsWith(start)) ?? fault;
}
