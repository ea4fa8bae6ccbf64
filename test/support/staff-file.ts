/** Small staff files with their mapping. */

export interface StaffFile {
  readonly csv: string;
  readonly mapping: object;
}

const COLUMNS = {
  Number: { element: 'employment.staffNumber' },
  First: { element: 'person.firstName' },
  Last: { element: 'person.lastName' },
  Born: { element: 'person.dateOfBirth', transform: { date: 'MM/DD/YYYY' } },
  Hired: { element: 'employment.hireDate', transform: { date: 'YYYY-MM-DD' } },
  Status: { element: 'employment.status' },
  Street: { element: 'contact.street' },
  Mail: { element: 'contact.workEmail' },
} as const;

type Row = Partial<Record<keyof typeof COLUMNS, string>>;

/** A file of these rows; what a row leaves out is invented from its number. */
export function staffFile(rows: readonly ({ readonly Number: string } & Row)[]): StaffFile {
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const lines = rows.map((row) => {
    const invented = {
      First: 'Invented',
      Last: 'Person',
      Born: '03/05/1984',
      Hired: '2019-04-01',
      Status: 'active',
      Street: `${row.Number} Example Street`,
      Mail: `${row.Number}@example.test`.toLowerCase(),
      ...row,
    };
    return names.map((name) => invented[name]).join(',');
  });
  const mapping = { version: 1, columns: COLUMNS, key: { element: 'employment.staffNumber' } };
  return { csv: `${names.join(',')}\n${lines.join('\n')}\n`, mapping };
}
