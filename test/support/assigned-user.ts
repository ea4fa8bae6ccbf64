/** A provider user with a non-disclosure agreement, and an assignment as the client approved it. */
import { must } from './api.ts';
import { DOCUMENT } from './request-bodies.ts';
import type { World } from './world.ts';

export interface AssignedUser {
  readonly user: string;
  readonly token: string;
  readonly assignment: string;
}

/** A user of the team `servicing`, registered and bound. */
export async function newTeamUser(
  { url, tokens }: World,
  name: string,
  more: object = {},
): Promise<{ readonly user: string; readonly token: string; readonly person: string }> {
  const address = `${name.replaceAll(' ', '.').toLowerCase()}@example.test`;
  const body = { side: 'provider', roles: ['servicing'], name, address, ...more };
  const { id, person } = await must(url, tokens.administrator, 'users.register', { body });
  const params = { id };
  const { token } = await must(url, tokens.administrator, 'tokens.issue', { params, body: {} });
  await must(url, tokens.administrator, 'ndas.sign', { params, body: DOCUMENT });
  return { user: id, token, person };
}

/** Proposed by the administrator with `terms` beside user and team, approved by HR. */
export async function assign(world: World, user: string, terms: object = {}): Promise<string> {
  const { url, tokens, clients } = world;
  const params = { c: clients[0] };
  const body = { user, team: 'servicing', until: null, ...terms };
  const { id } = await must(url, tokens.administrator, 'assignments.start', { params, body });
  const approval = { params: { ...params, kind: 'assignments', id } };
  await must(url, tokens.hr, 'proposals.approve', approval);
  return id;
}

export async function newAssignedUser(
  world: World,
  name: string,
  terms: object = {},
): Promise<AssignedUser> {
  const { user, token } = await newTeamUser(world, name);
  return { user, token, assignment: await assign(world, user, terms) };
}
