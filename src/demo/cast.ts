/** The cast: two clients and the personas that FORMATS §4 names, each with a token. */
import { randomUUID } from 'node:crypto';
import { callOperation } from '../cli/client.ts';

export const PERSONAS = [
  'servicing',
  'product',
  'security',
  'administrator',
  'hr',
  'executive',
  'manager',
  'staff',
  'auditor',
  'outsider',
] as const;
export type Persona = (typeof PERSONAS)[number];

export interface Member {
  readonly id: string;
  readonly token: string;
  /** The own staff record, where the story needs it. */
  readonly subject?: string;
}

/** The demo's documents are invented; what counts is that their digests stand in the facts. */
export const DOCUMENT = { document: `sha256:${'0123456789abcdef'.repeat(4)}`, version: '2026-1' };

const TOKEN_DAYS = 365;

/** Who calls, at which server. */
export interface Stage {
  readonly base: string;
  readonly administrator: string;
  readonly now: () => number;
}

/** Registers a user and issues a token; `by` is the token of whoever may do so. */
export async function register(
  stage: Stage,
  by: string,
  user: {
    readonly side: 'provider' | 'client';
    readonly roles: readonly string[];
    readonly name: string;
    readonly client?: string;
    readonly subject?: string;
  },
): Promise<Member> {
  const connection = { base: stage.base, token: by };
  const address = `${user.name.replaceAll(' ', '.').toLowerCase()}.${randomUUID().slice(0, 8)}@demo.example`;
  const { id } = await callOperation(connection, 'users.register', { body: { ...user, address } });
  return { id, token: await issueToken(stage, by, id) };
}

async function issueToken(stage: Stage, by: string, id: string): Promise<string> {
  const until = new Date(stage.now() + TOKEN_DAYS * 86_400_000).toISOString();
  const connection = { base: stage.base, token: by };
  return (await callOperation(connection, 'tokens.issue', { params: { id }, body: { until } }))
    .token;
}

/** The user signs, the administrator proposes, the client's HR approves. */
export async function assign(
  stage: Stage,
  of: { readonly client: string; readonly user: Member; readonly hr: string },
): Promise<string> {
  const { client: c, user, hr } = of;
  const admin = { base: stage.base, token: stage.administrator };
  const body = { user: user.id, team: 'servicing', until: null };
  const { id } = await callOperation(admin, 'assignments.start', { params: { c }, body });
  const params = { c, kind: 'assignments', id };
  await callOperation({ base: stage.base, token: hr }, 'proposals.approve', { params });
  return id;
}

export async function signNda(stage: Stage, user: Member, until: string | null): Promise<string> {
  const connection = { base: stage.base, token: user.token };
  const options = { params: { id: user.id }, body: { ...DOCUMENT, until } };
  return (await callOperation(connection, 'ndas.sign', options)).id;
}
