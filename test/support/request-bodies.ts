/** Bodies that more than one test sends. */

export const DOCUMENT = { document: `sha256:${'d'.repeat(64)}`, version: '1', until: null };

/** An instruction for these purposes over record types that the world's own one covers too. */
export function instruction(purposes: readonly string[], types: readonly string[] = ['person']) {
  return { purposes, types, recipients: [], document: DOCUMENT.document, until: null };
}

/** A staff file: number, first name, last name, hire date. */
export function staffFile(rows: readonly (readonly string[])[]): string {
  return ['Number,First,Last,Hired', ...rows.map((row) => row.join(','))].join('\n');
}

/** The mapping of such a file. */
export function mappingOf(): object {
  return {
    version: 1,
    columns: {
      Number: { element: 'employment.staffNumber' },
      First: { element: 'person.firstName' },
      Last: { element: 'person.lastName' },
      Hired: { element: 'employment.hireDate', transform: { date: 'YYYY-MM-DD' } },
    },
    key: { element: 'employment.staffNumber' },
  };
}

/** A record type of a client's own with one element, which a law demands. */
export function ownProcedures(id: string, change: object = {}): object {
  const type = { id, label: 'Parking', compartment: 'personnel', cardinality: 'one' };
  return { types: [{ ...type, elements: [ownElement('plate', change)] }] };
}

export function ownElement(id: string, change: object = {}): object {
  return {
    id,
    label: 'Licence plate',
    why: 'Who may park where',
    type: 'text',
    sensitivity: 'R2',
    purposes: ['hr-administration', 'import'],
    frequency: 'Every year',
    cadence: 'P1Y',
    retention: { minimum: null, trigger: 'employment-end', maximum: 'P1Y' },
    mandates: [
      {
        citation: 'Town ordinance 12',
        jurisdiction: 'US-CA',
        demands: 'A list of parked cars',
        checkedOn: '2024-05-01',
      },
    ],
    reviewedOn: '2024-05-01',
    reviewDue: '2025-05-01',
    taxonomy: { fideslang: 'user.workplace', dpv: 'pd:CurrentEmployment' },
    ...change,
  };
}

export function upload(file: string, mapping: object): FormData {
  const form = new FormData();
  form.append('mapping', new Blob([JSON.stringify(mapping)], { type: 'application/json' }));
  form.append('file', new Blob([file], { type: 'text/csv' }), 'staff.csv');
  return form;
}
