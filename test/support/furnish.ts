/** A client with an executive and an HR user in a server that may run anywhere, and people for it. */
import { must } from './api.ts';

export interface Furnished {
  readonly client: string;
  /** Tokens. */
  readonly executive: string;
  readonly hr: string;
}

const DOCUMENT = { document: `sha256:${'d'.repeat(64)}`, version: '1', until: null };

/** Opens a client whose agreement and notice are in force; `admin` is an administrator's token. */
export async function furnish(url: string, admin: string, name: string): Promise<Furnished> {
  const open = { body: { name, jurisdictions: ['US', 'US-CA'] } };
  const client = (await must(url, admin, 'clients.open', open)).id as string;
  const user = async (role: string) => {
    const address = `${role}.${name.replace(/[^A-Za-z0-9]+/g, '.')}@example.test`.toLowerCase();
    const body = { side: 'client', client, roles: [role], name: `${role} of ${name}`, address };
    const { id } = await must(url, admin, 'users.register', { body });
    return (await must(url, admin, 'tokens.issue', { params: { id }, body: {} })).token as string;
  };
  const executive = await user('executive');
  const hr = await user('hr');
  const call = { params: { c: client }, body: DOCUMENT };
  await must(url, executive, 'agreements.accept', call);
  await must(url, executive, 'notices.accept', call);
  return { client, executive, hr };
}

export interface AddedPerson {
  readonly id: string;
  /** Record id by type. */
  readonly records: Readonly<Record<string, string>>;
}

export type RecordsOf = Readonly<Record<string, Record<string, unknown>>>;

/** The least that a person has. */
export function leastRecords(staffNumber: string, lastName = 'Invented'): RecordsOf {
  return {
    person: { firstName: 'Maren', lastName, dateOfBirth: '1984-03-05' },
    employment: { staffNumber, hireDate: '2019-04-01', status: 'active' },
    contact: { workEmail: `${staffNumber}@example.test`.toLowerCase() },
  };
}

/** Adds a person with these records by type; `key` makes the call repeatable. */
export async function addPerson(
  url: string,
  { client, hr }: Pick<Furnished, 'client' | 'hr'>,
  values: RecordsOf,
  key?: string,
): Promise<AddedPerson> {
  const types = Object.keys(values);
  const records = types.map((type) => ({ type, values: values[type], from: '2019-04-01' }));
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  const call = { params: { c: client }, body: { records }, headers };
  const added = await must(url, hr, 'people.add', call);
  return {
    id: added.id,
    records: Object.fromEntries(types.map((type, i) => [type, added.records[i].id])),
  };
}
