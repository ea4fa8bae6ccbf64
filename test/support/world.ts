/** A running server with two clients, every persona of FORMATS §4 and a few invented people. */
import { PERSONAS, type Persona } from '../../src/demo/cast.ts';
import { readConfig } from '../../src/server/config.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/main.ts';
import { registerFirst } from '../../src/server/register-first.ts';
import { must } from './api.ts';
import { type TestDatabase, tempDir, testDatabase } from './cluster.ts';

export { PERSONAS, type Persona };

export interface Person {
  readonly id: string;
  readonly staffNumber: string;
  /** Record id by type. */
  readonly records: Readonly<Record<string, string>>;
}

export interface World {
  readonly server: RunningServer;
  readonly url: string;
  readonly database: TestDatabase;
  readonly directory: string;
  readonly tokens: Readonly<Record<Persona, string>>;
  readonly users: Readonly<Record<Persona, string>>;
  /** Two clients; the personas belong to, or are assigned to, the first one. */
  readonly clients: readonly [string, string];
  readonly otherHr: string;
  /** People of the first client: a manager, two reports, somebody else. And one of the second. */
  readonly people: readonly Person[];
  readonly otherPerson: Person;
  /** Ids of the facts that hold for the first client. */
  readonly facts: {
    agreement: string;
    notice: string;
    instruction: string;
    assignment: string;
    nda: string;
  };
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly now?: () => number;
  /** A clock beside it that only runs forward, ms. */
  readonly monotonic?: () => number;
  readonly purposes?: readonly string[];
  /** Those whose record types the first client's instruction covers. */
  readonly compartments?: readonly string[];
}

const DOCUMENT = { document: `sha256:${'d'.repeat(64)}`, version: '1', until: null };
const INSTRUCTED_COMPARTMENTS = ['personnel', 'contact', 'pay', 'identity', 'demographic'];

/** Opens a world in a database of its own. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const database = await testDatabase();
  const directory = tempDir();
  const server = await startTestServer(database, directory, options.now, options);
  const { url } = server;
  const admin = (await registerFirst(server.house, {
    name: 'Ad Min',
    address: 'admin@example.test',
  }))!;
  const token = async (by: string, id: string) =>
    (await must(url, by, 'tokens.issue', { params: { id }, body: {} })).token as string;
  const register = async (by: string, body: object) =>
    (await must(url, by, 'users.register', { body })).id as string;
  const open = async (name: string) => {
    const body = { name, jurisdictions: ['US', 'US-CA'] };
    return (await must(url, admin, 'clients.open', { body })).id as string;
  };
  const first = await open('Invented Works');
  const second = await open('Imagined Mills');

  const users = {} as Record<Persona, string>;
  const tokens = {} as Record<Persona, string>;
  const clientUser = (client: string, roles: string[], name: string, more: object = {}) => ({
    side: 'client',
    client,
    roles,
    name,
    address: `${name.replaceAll(' ', '.').toLowerCase()}@example.test`,
    ...more,
  });
  const otherUser = await register(admin, clientUser(second, ['hr'], 'Other Hr'));
  const otherExecutive = await register(
    admin,
    clientUser(second, ['executive'], 'Other Executive'),
  );
  const otherExec = await token(admin, otherExecutive);
  const otherHr = await token(admin, otherUser);
  users.executive = await register(admin, clientUser(first, ['executive'], 'First Executive'));
  users.hr = await register(admin, clientUser(first, ['hr'], 'First Hr'));
  tokens.executive = await token(admin, users.executive);
  tokens.hr = await token(admin, users.hr);
  tokens.administrator = admin;
  for (const role of ['servicing', 'product', 'security'] as const) {
    const body = { side: 'provider', roles: [role], name: role, address: `${role}@example.test` };
    users[role] = await register(admin, body);
    tokens[role] = await token(admin, users[role]);
  }
  const outsider = {
    side: 'provider',
    roles: ['servicing'],
    name: 'Out Sider',
    address: 'out@example.test',
  };
  users.outsider = await register(admin, outsider);
  tokens.outsider = await token(admin, users.outsider);

  for (const [client, executive] of [
    [first, tokens.executive],
    [second, otherExec],
  ] as const) {
    await must(url, executive, 'agreements.accept', { params: { c: client }, body: DOCUMENT });
    await must(url, executive, 'notices.accept', { params: { c: client }, body: DOCUMENT });
  }
  const { catalogue } = await must(url, tokens.hr, 'catalogue.read', { params: { c: first } });
  const types = (catalogue.types as { id: string; compartment: string }[])
    .filter((type) => (options.compartments ?? INSTRUCTED_COMPARTMENTS).includes(type.compartment))
    .map((type) => type.id);
  const given = await must(url, tokens.executive, 'instructions.give', {
    params: { c: first },
    body: {
      purposes: options.purposes ?? ['hr-administration', 'import', 'reporting'],
      types,
      recipients: [],
      document: DOCUMENT.document,
      until: null,
    },
  });
  const ndas: Record<string, string> = {};
  for (const persona of ['servicing', 'product', 'outsider'] as const) {
    const asked = { params: { id: users[persona] }, body: DOCUMENT };
    ndas[persona] = (await must(url, tokens[persona], 'ndas.sign', asked)).id;
  }
  const assign = async (persona: 'servicing' | 'product') => {
    const body = { user: users[persona], team: persona, until: null };
    const { id } = await must(url, admin, 'assignments.start', { params: { c: first }, body });
    const params = { c: first, kind: 'assignments', id };
    await must(url, tokens.hr, 'proposals.approve', { params });
    return id as string;
  };
  const assignment = await assign('servicing');
  await assign('product');

  const people: Person[] = [];
  for (const [i, spec] of PEOPLE.entries()) {
    people.push(await addPerson(url, tokens.hr, first, `E-${100 + i}`, spec));
  }
  const otherPerson = await addPerson(url, otherHr, second, 'X-1', PEOPLE[3]!);
  for (const [role, i] of [
    ['manager', 0],
    ['staff', 1],
  ] as const) {
    const user = clientUser(first, [role], `A ${role}`, { subject: people[i]!.id });
    users[role] = await register(tokens.hr, user);
    tokens[role] = await token(tokens.hr, users[role]);
  }
  users.auditor = await register(tokens.hr, clientUser(first, ['auditor'], 'An Auditor'));
  tokens.auditor = await token(tokens.hr, users.auditor);
  const authority = await must(url, tokens.hr, 'authority.read', { params: { c: first } });
  users.administrator = [...server.house.ledgers.provider.authority.users.keys()][0]!;
  return {
    server,
    url,
    database,
    directory,
    tokens,
    users,
    clients: [first, second],
    otherHr,
    people,
    otherPerson,
    facts: {
      agreement: authority.agreements[0].id,
      notice: authority.notices[0].id,
      instruction: given.id,
      assignment,
      nda: ndas.servicing!,
    },
    async close() {
      await server.close();
      await database.drop();
    },
  };
}

/** Another server process' worth of server on the same database and directory. */
export function startTestServer(
  database: TestDatabase,
  directory: string,
  now?: () => number,
  more: { readonly env?: NodeJS.ProcessEnv } & Pick<ServerOptions, 'log' | 'monotonic'> = {},
): Promise<RunningServer> {
  // Detection looks when a test asks it to, so that entries of its own do not come between.
  const env = {
    WORKSMARTLY_REQUESTS_PER_SECOND: '1000000',
    WORKSMARTLY_DETECTION_SECONDS: '3600',
    WORKSMARTLY_CLIENT_RULES: 'open',
    ...more.env,
  };
  const { config, secrets } = readConfig({ data: directory, port: 0 }, env);
  const connections = { app: database.connection('app'), owner: database.connection('owner') };
  const log = more.log ?? (() => {});
  const clocks = { ...(now && { now }), ...(more.monotonic && { monotonic: more.monotonic }) };
  return startServer({ config, secrets, connections, log, ...clocks });
}

interface Spec {
  readonly first: string;
  readonly last: string;
  readonly manager?: string;
  readonly sex: 'female' | 'male';
  readonly race: string;
  readonly title: string;
}

const PEOPLE: readonly Spec[] = [
  { first: 'Mavis', last: 'Quillmanager', sex: 'female', race: 'white', title: 'Team Lead' },
  {
    first: 'Orrin',
    last: 'Brackenfield',
    manager: 'E-100',
    sex: 'male',
    race: 'black',
    title: 'Clerk',
  },
  {
    first: 'Tamsin',
    last: 'Ostrowhite',
    manager: 'E-101',
    sex: 'female',
    race: 'asian',
    title: 'Clerk',
  },
  { first: 'Juniper', last: 'Holloway-Ndege', sex: 'female', race: 'white', title: 'Analyst' },
];

async function addPerson(
  url: string,
  token: string,
  client: string,
  staffNumber: string,
  spec: Spec,
): Promise<Person> {
  const job = { title: spec.title, department: 'OPS', eeoCategory: 'administrative' };
  const records = [
    {
      type: 'person',
      values: { firstName: spec.first, lastName: spec.last, dateOfBirth: '1984-03-05' },
    },
    { type: 'employment', values: { staffNumber, hireDate: '2019-04-01', status: 'active' } },
    {
      type: 'job',
      values: { ...job, ...(spec.manager && { manager: spec.manager }) },
      from: '2019-04-01',
    },
    {
      type: 'contact',
      values: { workEmail: `${spec.first}.${staffNumber}@example.test`.toLowerCase() },
    },
    {
      type: 'pay',
      values: { base: { amount: '61250.50', currency: 'USD' }, basis: 'annual' },
      from: '2019-04-01',
    },
    { type: 'demographic', values: { sex: spec.sex, race: spec.race, hispanicLatino: false } },
  ];
  const added = await must(url, token, 'people.add', { params: { c: client }, body: { records } });
  const ids = records.map((record, i) => [record.type, added.records[i].id] as const);
  return { id: added.id, staffNumber, records: Object.fromEntries(ids) };
}
