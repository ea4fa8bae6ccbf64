/** The demo's beginning: two clients, the facts that access depends on, and their staff files. */
import { callOperation } from '../cli/client.ts';
import {
  assign,
  DOCUMENT,
  type Member,
  type Persona,
  register,
  type Stage,
  signNda,
} from './cast.ts';
import { importFile } from './import-file.ts';
import type { Narrator } from './narrator.ts';
import { aMonthLater } from './people/a-month-later.ts';
import { inventStaff } from './people/invent-staff.ts';
import { mappingA, mappingAWithoutUnknown } from './people/mapping-a.ts';
import { mappingB } from './people/mapping-b.ts';
import { firstOrganisation, secondOrganisation } from './people/places.ts';
import { staffFileA } from './people/staff-file-a.ts';
import { staffFileB } from './people/staff-file-b.ts';
import { currentJob, type StaffRow } from './people/staff-row.ts';
import { bringInRecords } from './programmes.ts';

const INSTRUCTED = ['personnel', 'contact', 'pay', 'identity', 'demographic'];
/** Whoever tries the demo is in it, from this machine, a container or a private network, at any hour. */
const HEAD_OFFICE = {
  kind: 'office' as const,
  name: 'Head office',
  zone: 'America/Los_Angeles',
  hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '24:00' }],
  networks: [
    ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
    ...['100.64.0.0/10', '::1/128', 'fe80::/16'],
  ],
  until: null,
};
const AS_OF = '2026-10-31';
const FIRST = { seed: 'demo', organisation: firstOrganisation, count: 1200, asOf: AS_OF };
const SECOND = { seed: 'demo', organisation: secondOrganisation, count: 3400, asOf: AS_OF };

export interface Scene {
  readonly stage: Stage;
  readonly first: { readonly id: string; readonly name: string };
  readonly second: { readonly id: string; readonly name: string };
  readonly cast: Record<Persona, Member>;
  readonly staff: readonly StaffRow[];
}

export async function setUp(stage: Stage, tell: Narrator): Promise<Scene> {
  const cast = { administrator: { id: '', token: stage.administrator } } as Record<Persona, Member>;
  const as = (token: string) => ({ base: stage.base, token });

  tell.chapter('The provider opens its office: from elsewhere its staff reach nothing');
  await tell.step('Head office, open at all hours, on the networks of this machine', () =>
    callOperation(as(stage.administrator), 'offices.open', { body: HEAD_OFFICE }),
  );

  tell.chapter('Two clients are opened, and adopt the procedures of their jurisdictions');
  const open = async (name: string, jurisdictions: string[]) => {
    const body = { name, jurisdictions };
    const { id } = await callOperation(as(stage.administrator), 'clients.open', { body });
    return { id, name };
  };
  const first = await tell.step(`${firstOrganisation.name} (US federal, California)`, () =>
    open(firstOrganisation.name, ['US', 'US-CA']),
  );
  const second = await tell.step(`${secondOrganisation.name} (US federal, New York)`, () =>
    open(secondOrganisation.name, ['US', 'US-NY']),
  );
  const admin = stage.administrator;
  const client = (of: { id: string }, role: string, name: string, subject?: string) => ({
    side: 'client' as const,
    client: of.id,
    roles: [role],
    name,
    ...(subject && { subject }),
  });
  cast.executive = await register(stage, admin, client(first, 'executive', 'Elena Exec'));
  cast.hr = await register(stage, admin, client(first, 'hr', 'Henri Resource'));
  const secondExecutive = await register(stage, admin, client(second, 'executive', 'Sven Exec'));
  const secondHr = await register(stage, admin, client(second, 'hr', 'Selma Resource'));
  for (const [persona, role] of [
    ['servicing', 'servicing'],
    ['product', 'product'],
    ['security', 'security'],
    ['outsider', 'servicing'],
  ] as const) {
    const user = { side: 'provider' as const, roles: [role], name: `${persona} person` };
    cast[persona] = await register(stage, admin, user);
  }
  const { catalogue } = (await callOperation(as(cast.hr.token), 'catalogue.read', {
    params: { c: first.id },
  })) as { catalogue: { types: { id: string; compartment: string; elements: unknown[] }[] } };
  const elements = catalogue.types.reduce((sum, type) => sum + type.elements.length, 0);
  tell.line(
    `${catalogue.types.length} record types, ${elements} elements, each with its procedure`,
  );

  tell.chapter('The facts that access depends on are recorded');
  for (const [name, executive, c] of [
    [first.name, cast.executive, first.id],
    [second.name, secondExecutive, second.id],
  ] as const) {
    await tell.step(`${name} accepts the service agreement and the privacy notice`, async () => {
      const options = { params: { c }, body: { ...DOCUMENT, until: null } };
      await callOperation(as(executive.token), 'agreements.accept', options);
      await callOperation(as(executive.token), 'notices.accept', options);
    });
  }
  const types = catalogue.types.filter((t) => INSTRUCTED.includes(t.compartment)).map((t) => t.id);
  await tell.step(
    'Its executive gives a written instruction',
    () =>
      callOperation(as(cast.executive.token), 'instructions.give', {
        params: { c: first.id },
        body: {
          purposes: ['hr-administration', 'import', 'reporting'],
          types,
          document: DOCUMENT.document,
          until: null,
        },
      }),
    () => `${types.length} record types; none of medical, bank or conduct`,
  );
  await tell.step('Provider staff sign non-disclosure agreements', async () => {
    for (const persona of ['servicing', 'product', 'outsider'] as const) {
      await signNda(stage, cast[persona], null);
    }
  });
  await tell.step('The administrator proposes an assignment, the client approves it', () =>
    assign(stage, { client: first.id, user: cast.servicing, hr: cast.hr.token }),
  );

  tell.chapter('The staff files come in, under their mappings');
  const staff = [...inventStaff(FIRST)];
  const fileA = { name: 'staff.csv', bytes: staffFileA(staff), mapping: mappingA(AS_OF) };
  await tell.step(
    'A file with columns that no procedure covers is refused',
    () => importFile(as(cast.servicing.token), first.id, 'check', fileA),
    (status) => status.errors.map((error) => `«${error.column}»`).join(', '),
  );
  const counts = (status: Awaited<ReturnType<typeof importFile>>) => {
    if (status.state !== 'done')
      throw new Error(`import ${status.state}: ${JSON.stringify(status.errors[0])}`);
    const { added, changed, unchanged } = status.rows;
    return `${added} added, ${changed} changed, ${unchanged} unchanged`;
  };
  await tell.step(
    'Without them it is taken in by servicing',
    () =>
      importFile(as(cast.servicing.token), first.id, 'commit', {
        ...fileA,
        mapping: mappingAWithoutUnknown(AS_OF),
      }),
    counts,
  );
  const later = aMonthLater(staff, FIRST);
  await tell.step(
    'A month later: raises, moves, joiners and leavers, as history',
    () =>
      importFile(as(cast.servicing.token), first.id, 'commit', {
        name: 'staff-next.csv',
        bytes: staffFileA(later.rows),
        mapping: mappingAWithoutUnknown(later.effective),
      }),
    counts,
  );
  const secondStaff = [...inventStaff(SECOND)];
  await tell.step(
    `${second.name} sends Windows-1252 with semicolons, taken in by its own HR`,
    () =>
      importFile(as(secondHr.token), second.id, 'commit', {
        name: 'personal.csv',
        bytes: staffFileB(secondStaff),
        mapping: mappingB(AS_OF),
      }),
    counts,
  );

  await bringInRecords(
    {
      client: first,
      staff: later.rows,
      asOf: AS_OF,
      hr: as(cast.hr.token),
      by: as(cast.servicing.token),
    },
    {
      client: second,
      staff: secondStaff,
      asOf: AS_OF,
      hr: as(secondHr.token),
      by: as(secondHr.token),
    },
    tell,
  );

  const [manager, report] = managerAndReport(later.rows);
  const find = async (staffNumber: string) => {
    const { items } = await callOperation(as(cast.hr.token), 'people.search', {
      params: { c: first.id },
      body: { filters: { 'employment.staffNumber': staffNumber } },
    });
    return items[0]!.id as string;
  };
  const by = cast.hr.token;
  const managerId = await find(manager);
  cast.manager = await register(stage, by, client(first, 'manager', 'Mara Manager', managerId));
  const staffId = await find(report);
  const stan = await register(stage, by, client(first, 'staff', 'Stan Staff', staffId));
  cast.staff = { ...stan, subject: staffId };
  cast.auditor = await register(stage, by, client(first, 'auditor', 'Ada Auditor'));
  return { stage, first, second, cast, staff: later.rows };
}

/** Staff numbers of a manager whose people are few enough to look at, and of one of them. */
function managerAndReport(rows: readonly StaffRow[]): [string, string] {
  const active = rows.filter((row) => row.leaving === null);
  const teams = new Map<string, string[]>();
  for (const row of active) {
    const { manager } = currentJob(row);
    if (manager) teams.set(manager, [...(teams.get(manager) ?? []), row.staffNumber]);
  }
  const isLowest = (team: readonly string[]) => team.every((number) => !teams.has(number));
  const found = [...teams].find(([, team]) => team.length >= 5 && isLowest(team))!;
  return [found[0], found[1][0]!];
}
