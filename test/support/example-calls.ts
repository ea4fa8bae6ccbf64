/** A valid request for every operation, in as many variants as its outcome depends on. Each is made
 * anew: what one call ends, disables or approves, the next one needs fresh. */
import type { OpenId, OperationId } from '../../src/contract/operations.ts';
import { type Asked, must } from './api.ts';
import type { Clock } from './clock.ts';
import { documentUpload, pdfFile } from './documents.ts';
import {
  agreement,
  attached,
  attachedToClient,
  bulkEdit,
  contract,
  previewed,
} from './example-attachments.ts';
import { DETECTION_EXAMPLES } from './example-detection.ts';
import { KILL_SWITCH_EXAMPLES } from './example-kill-switch.ts';
import { PREMISES_EXAMPLES } from './example-premises.ts';
import { PROOF_EXAMPLES } from './example-proof.ts';
import { acknowledgement, clientRecord, newClientRecord, programme } from './example-records.ts';
import { DAILY, newRun, newSchedule } from './example-reports.ts';
import { REVIEW_EXAMPLES } from './example-reviews.ts';
import { SIGN_IN_EXAMPLES } from './example-sign-in.ts';
import { account, newUser } from './example-users.ts';
import { apart, instructionExamples } from './instruction-examples.ts';
import { leaveImport, leaveInterrupted } from './left-import.ts';
import { leaveJob } from './left-job.ts';
import { DOCUMENT, mappingOf, ownProcedures, staffFile, upload } from './request-bodies.ts';
import { signingExamples } from './signing-examples.ts';
import type { Persona, World } from './world.ts';

export interface Scene {
  readonly world: World;
  readonly clock: Clock;
  readonly persona: Persona;
  /** A provider user with a non-disclosure agreement whom nobody else needs. */
  readonly spare: string;
  /** An import of the first client that was carried out. */
  readonly imported: string;
  /** Different at every use. */
  readonly serial: () => string;
}

export type Example = (scene: Scene) => Asked | Promise<Asked>;

/** By operation, then by variant; '' where there is only one. Ways in take no token. */
export const EXAMPLES: Readonly<
  Record<Exclude<OperationId, OpenId>, Readonly<Record<string, Example>>>
> = {
  ...KILL_SWITCH_EXAMPLES,
  'clients.list': { '': () => ({}) },
  ...DETECTION_EXAMPLES,
  'clients.open': { '': () => ({ body: { name: 'A third one', jurisdictions: ['US'] } }) },
  'clients.status': { '': (s) => ({ ...client(s), body: { status: 'active' } }) },
  'catalogue.read': { '': client },
  'catalogue.adopt': { '': (s) => ({ ...client(s), body: { jurisdictions: ['US', 'US-CA'] } }) },
  'catalogue.changes': { '': client },
  'catalogue.manual': { '': client },
  'catalogue.processing-record': { '': client },
  'clients.describe': {
    '': (s) => ({ ...client(s), body: { contact: 'privacy@example.test' } }),
  },
  'procedures.due': { '': client },
  'procedures.propose': {
    '': (s) => ({ ...client(s), body: ownProcedures(`own${s.serial().replace('S-', 'Thing')}`) }),
  },
  'users.register': {
    'of the provider': (s) => ({
      body: { side: 'provider', roles: ['servicing'], ...account(s) },
    }),
    'of the client': (s) => ({
      body: { side: 'client', client: s.world.clients[0], roles: ['hr'], ...account(s) },
    }),
    'of a client without hr': async (s) => ({
      body: { side: 'client', client: await newClient(s), roles: ['hr'], ...account(s) },
    }),
  },
  'users.disable': {
    'of the provider': async (s) => ({ params: { id: await newUser(s, 'provider') } }),
    'of the client': async (s) => ({ params: { id: await newUser(s, 'client') } }),
  },
  'tokens.issue': {
    'of the provider': (s) => ({ params: { id: s.spare }, body: {} }),
    'of the client': (s) => ({ params: { id: s.world.users.auditor }, body: {} }),
  },
  'tokens.revoke': {
    'of the provider': async (s) => ({ params: { id: await newToken(s, s.spare) } }),
    'of the client': async (s) => ({ params: { id: await newToken(s, s.world.users.auditor) } }),
  },
  ...SIGN_IN_EXAMPLES,
  'ndas.sign': {
    own: (s) => ({ params: { id: s.world.users[s.persona] }, body: DOCUMENT }),
    "of a provider's user": (s) => ({ params: { id: s.spare }, body: DOCUMENT }),
  },
  'ndas.end': { '': async (s) => ({ params: { id: await newNda(s) } }) },
  'agreements.accept': { '': (s) => ({ ...client(s), body: DOCUMENT }) },
  'notices.accept': { '': (s) => ({ ...client(s), body: DOCUMENT }) },
  'instructions.give': { '': (s) => ({ ...client(s), body: apart(s) }) },
  'assignments.start': {
    '': (s) => ({ ...client(s), body: { user: s.spare, team: 'servicing', until: null } }),
  },
  'assignments.revise': {
    '': async (s) => {
      const { c, id } = await newProposedAssignment(s);
      return { params: { c, id }, body: { user: s.spare, team: 'servicing', until: null } };
    },
  },
  'proposals.list': { '': client },
  'proposals.withdraw': { '': async (s) => ({ params: await newProposedAssignment(s) }) },
  'proposals.approve': {
    agreements: (s) => proposed(s, 'agreements.accept', 'agreements', DOCUMENT),
    notices: (s) => proposed(s, 'notices.accept', 'notices', DOCUMENT),
    instructions: (s) => proposed(s, 'instructions.give', 'instructions', apart(s)),
    assignments: async (s) => ({ params: await newProposedAssignment(s) }),
    procedures: (s) =>
      proposed(
        s,
        'procedures.propose',
        'procedures',
        ownProcedures(`own${s.serial().replace('S-', 'Proposed')}`),
      ),
  },
  'agreements.end': { '': (s) => given(s, 'agreements.accept', DOCUMENT) },
  'notices.end': { '': (s) => given(s, 'notices.accept', DOCUMENT) },
  'instructions.end': { '': (s) => given(s, 'instructions.give', apart(s)) },
  'assignments.end': {
    '': async (s) => {
      const params = await newProposedAssignment(s);
      await must(s.world.url, s.world.tokens.hr, 'proposals.approve', { params });
      return { params: { c: params.c, id: params.id } };
    },
  },
  ...REVIEW_EXAMPLES,
  'authority.read': { '': client },
  'people.list': { '': client },
  'people.search': { '': (s) => ({ ...client(s), body: { q: 'clerk' } }) },
  'people.read': {
    'a report, or oneself': (s) => person(s, 1),
    'somebody else': (s) => person(s, 3),
  },
  'organisation.read': {
    '': client,
    'of a report': (s) => ({ ...client(s), query: { root: s.world.people[1]!.id } }),
  },
  'people.add': { '': (s) => ({ ...client(s), body: newPerson(s.serial()) }) },
  'records.create': {
    '': (s) => record(s, 'training', { course: 'Fire safety' }),
    'acknowledging oneself': (s) => acknowledgement(s, 1),
    'acknowledging another': (s) => acknowledgement(s, 3),
  },
  'records.correct': { '': (s) => correction(s) },
  'client-records.list': { '': (s) => clientRecord(s, 'programme') },
  'client-records.read': { '': (s) => newClientRecord(s) },
  'client-records.create': {
    '': (s) => ({ ...clientRecord(s, 'programme'), body: { values: programme(s) } }),
  },
  'client-records.correct': {
    '': async (s) => ({ ...(await newClientRecord(s)), body: { values: { from: '2026-01-01' } } }),
  },
  'programmes.list': { '': client },
  'policies.list': { '': client },
  'acknowledgements.due': {
    'report, oneself': (s) => person(s, 1),
    'somebody else': (s) => person(s, 3),
  },
  'bulk.start': {
    check: (s) => ({ ...client(s), query: { mode: 'check' }, body: bulkEdit(s) }),
    commit: async (s) => ({
      ...client(s),
      query: { mode: 'commit' },
      body: { preview: await previewed(s) },
    }),
  },
  'bulk.read': {
    '': async (s) => ({ params: { c: s.world.clients[0], id: await previewed(s) } }),
  },
  'documents.attach': {
    '': async (s) => ({ ...(await contract(s, 3)), body: documentUpload(pdfFile()) }),
  },
  'documents.read': {
    'a report, or oneself': (s) => attached(s, 1),
    'somebody else': (s) => attached(s, 3),
  },
  'documents.remove': { '': (s) => attached(s, 3) },
  'client-documents.attach': {
    '': async (s) => ({ ...(await agreement(s)), body: documentUpload(pdfFile()) }),
  },
  'client-documents.read': { '': (s) => attachedToClient(s) },
  'client-documents.remove': { '': (s) => attachedToClient(s) },
  'imports.start': {
    check: (s) => importing(s, 'check'),
    commit: (s) => importing(s, 'commit'),
  },
  'imports.read': { '': (s) => ({ params: { c: s.world.clients[0], id: s.imported } }) },
  'imports.errors': { '': (s) => ofImport(s, leaveImport(s, 'check')) },
  'imports.cancel': { '': (s) => ofImport(s, leaveInterrupted(s)) },
  'imports.resume': { '': (s) => ofImport(s, leaveInterrupted(s)) },
  'imports.undo': { '': (s) => ofImport(s, leaveImport(s, 'commit')) },
  'reports.list': { '': client },
  'reports.run': {
    headcount: (s) => ({ params: { c: s.world.clients[0], id: 'headcount' }, body: {} }),
    'eeo-1': (s) => ({ params: { c: s.world.clients[0], id: 'eeo-1' }, body: {} }),
  },
  'reports.people': {
    '': async (s) => ({
      params: { ...(await newRun(s)), id: 'headcount' },
      body: { row: ['OPS'], column: 'people' },
    }),
  },
  'runs.list': { '': client },
  'runs.read': { '': async (s) => ({ params: await newRun(s) }) },
  'runs.rename': {
    '': async (s) => ({ params: await newRun(s), body: { name: 'Month end' } }),
  },
  'runs.delete': { '': async (s) => ({ params: await newRun(s) }) },
  'schedules.create': {
    '': (s) => ({ params: { c: s.world.clients[0], id: 'headcount' }, body: DAILY }),
  },
  'schedules.list': { '': client },
  'schedules.delete': { '': async (s) => ({ params: await newSchedule(s) }) },
  ...PROOF_EXAMPLES,
  'jobs.list': { '': client },
  'jobs.read': { '': (s) => job(s, 'done') },
  'jobs.cancel': { '': (s) => job(s, 'running') },
  'jobs.resume': { '': (s) => job(s, 'failed') },
  'keys.list': { '': client },
  'keys.compromise': { '': (s) => ({ ...client(s), body: { key: 'cursor', version: 1 } }) },
  'keys.rotate': { '': (s) => ({ ...client(s), body: {} }) },
  ...signingExamples,
  ...instructionExamples,
  ...PREMISES_EXAMPLES,
};

function client({ world }: Scene): Asked {
  return { params: { c: world.clients[0] } };
}

function person({ world }: Scene, i: number): Asked {
  return { params: { c: world.clients[0], sub: world.people[i]!.id } };
}

function record({ world }: Scene, type: string, values: object): Asked {
  const params = { c: world.clients[0], sub: world.people[3]!.id, type };
  return { params, body: { values } };
}

function correction({ world, serial }: Scene): Asked {
  const { id, records } = world.people[3]!;
  const params = { c: world.clients[0], sub: id, type: 'contact', rec: records.contact! };
  return { params, body: { values: { city: `Town ${serial()}` } } };
}

export function newPerson(staffNumber: string): object {
  return {
    records: [
      { type: 'person', values: { firstName: 'Ignatius', lastName: 'Featherby' } },
      { type: 'employment', values: { staffNumber, hireDate: '2023-02-01', status: 'active' } },
    ],
  };
}

function importing({ world, serial }: Scene, mode: 'check' | 'commit'): Asked {
  const params = { c: world.clients[0] };
  const file = staffFile([[serial(), 'Odalys', 'Wintergreen', '2021-05-01']]);
  return { params, query: { mode }, body: upload(file, mappingOf()) };
}

/** A job that stands in this state, and that nobody carries out. */
async function job({ world }: Scene, state: 'done' | 'running' | 'failed'): Promise<Asked> {
  const params = { c: world.clients[0] };
  return { params: { ...params, id: await leaveJob(world, params.c, world.tokens.hr, state) } };
}

async function ofImport({ world }: Scene, id: Promise<string>): Promise<Asked> {
  return { params: { c: world.clients[0], id: await id } };
}

async function newToken({ world, spare }: Scene, id: string): Promise<string> {
  const { administrator, hr } = world.tokens;
  const by = id === spare ? administrator : hr;
  return (await must(world.url, by, 'tokens.issue', { params: { id }, body: {} })).id;
}

async function newNda({ world, spare }: Scene): Promise<string> {
  const asked = { params: { id: spare }, body: DOCUMENT };
  return (await must(world.url, world.tokens.administrator, 'ndas.sign', asked)).id;
}

async function newClient({ world }: Scene): Promise<string> {
  const body = { name: 'A fourth one', jurisdictions: ['US'] };
  return (await must(world.url, world.tokens.administrator, 'clients.open', { body })).id;
}

async function newProposedAssignment({ world, spare }: Scene) {
  const body = { user: spare, team: 'servicing', until: null };
  const params = { c: world.clients[0] };
  const by = world.tokens.administrator;
  const { id } = await must(world.url, by, 'assignments.start', { params, body });
  return { ...params, kind: 'assignments', id: id as string };
}

async function proposed(
  { world }: Scene,
  operation: 'agreements.accept' | 'notices.accept' | 'instructions.give' | 'procedures.propose',
  kind: string,
  body: object,
): Promise<Asked> {
  const params = { c: world.clients[0] };
  const { id } = await must(world.url, world.tokens.hr, operation, { params, body });
  return { params: { ...params, kind, id } };
}

async function given(
  { world }: Scene,
  operation: 'agreements.accept' | 'notices.accept' | 'instructions.give',
  body: object,
): Promise<Asked> {
  const params = { c: world.clients[0] };
  const { id } = await must(world.url, world.tokens.executive, operation, { params, body });
  return { params: { ...params, id } };
}
