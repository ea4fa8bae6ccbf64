/** Small staff files with their mapping, sent and awaited over HTTP. */
import { ask, must } from './api.ts';
import type { Furnished } from './furnish.ts';

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

/** Sends the file; the answer, whatever it is. */
export function sendFile(
  url: string,
  { client, hr }: Pick<Furnished, 'client' | 'hr'>,
  { csv, mapping }: StaffFile,
) {
  const body = new FormData();
  body.set('mapping', JSON.stringify(mapping));
  body.set('file', new Blob([csv], { type: 'text/csv' }), 'staff.csv');
  const call = { params: { c: client }, query: { mode: 'commit' }, body };
  return ask(url, hr, 'imports.start', call);
}

/** Resolves with the status of the import when it has ended. */
export async function awaitImport(
  url: string,
  { client, hr }: Pick<Furnished, 'client' | 'hr'>,
  id: string,
  // biome-ignore lint/suspicious/noExplicitAny: the answer of the API
): Promise<any> {
  for (;;) {
    const status = await must(url, hr, 'imports.read', { params: { c: client, id } });
    if (status.state !== 'queued' && status.state !== 'running') return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
