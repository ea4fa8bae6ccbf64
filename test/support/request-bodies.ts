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

export function upload(file: string, mapping: object): FormData {
  const form = new FormData();
  form.append('mapping', new Blob([JSON.stringify(mapping)], { type: 'application/json' }));
  form.append('file', new Blob([file], { type: 'text/csv' }), 'staff.csv');
  return form;
}
