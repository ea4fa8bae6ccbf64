/** A client whose assignments two people approve, in two servers on one database, and what is proposed there. */
import assert from 'node:assert/strict';
import { jcs } from '#verifier/jcs.ts';
import type { OperationId } from '../../src/contract/operations.ts';
import { type Answered, type Asked, ask, must } from './api.ts';
import { newTeamUser } from './assigned-user.ts';
import { type Clock, movableClock } from './clock.ts';
import { readLedger } from './evidence.ts';
import { demand } from './reviews.ts';
import { forgetRefusals } from './scene.ts';
import { openWorld, type Persona, startTestServer, type World } from './world.ts';

export interface Proposed {
  readonly id: string;
  readonly terms: string;
  readonly user: string;
  readonly token: string;
}

export type ApprovalDesk = Awaited<ReturnType<typeof openApprovalDesk>>;

export async function openApprovalDesk() {
  const clock: Clock = movableClock();
  const world: World = await openWorld({ now: clock.now });
  const other = await startTestServer(world.database, world.directory, clock.now);
  const [client] = world.clients;
  const urls = [world.url, other.url] as const;
  await demand(world, client, { approvals: 2 });
  let count = 0;

  const by = (persona: Persona) => world.tokens[persona];
  const call = (token: string, id: OperationId, asked: Asked, url = world.url) =>
    ask(url, token, id, { ...asked, params: { c: client, ...asked.params } });
  const body = (user: string, more: object = {}) => ({
    user,
    team: 'servicing',
    until: null,
    ...more,
  });

  return {
    ...{ world, clock, other, client, urls, by, call, body },
    approve: (token: string, id: string, terms?: object, url?: string) => {
      const asked = { params: ofProposal(id), ...(terms && { body: terms }) };
      return call(token, 'proposals.approve', asked, url);
    },
    /** Of a user of its own who is bound by an agreement. */
    async propose(more: object = {}): Promise<Proposed> {
      const { user, token } = await newTeamUser(world, `Proposed ${++count}`);
      const asked = { params: { c: client }, body: body(user, more) };
      const { id, terms } = await must(world.url, by('administrator'), 'assignments.start', asked);
      return { id, terms, user, token };
    },
    revise: (id: string, user: string, more: object = {}, url?: string) => {
      const asked = { params: { id }, body: body(user, more) };
      return call(by('administrator'), 'assignments.revise', asked, url);
    },
    open: (token: string, url?: string) =>
      call(token, 'people.read', { params: { sub: world.people[1]!.id } }, url),
    async listed(id: string) {
      const { json } = await call(by('hr'), 'proposals.list', {});
      return json.items.find((item: { id: string }) => item.id === id);
    },
    factsOf,
    assertApproved,
    async close() {
      await other.close();
      await world.close();
    },
  };

  /** The facts of the ledger about one assignment. */
  async function factsOf(id: string) {
    forgetRefusals(clock);
    const facts = (await readLedger(world.url, by('hr'), client)).flatMap(({ fact }) => fact ?? []);
    return {
      approvals: facts.flatMap((fact) =>
        fact.type === 'approval.given' && fact.terms.id === id ? [fact] : [],
      ),
      started: facts.flatMap((fact) =>
        fact.type === 'assignment.started' && fact.id === id ? [fact] : [],
      ),
      ended: facts.filter((fact) => fact.type === 'assignment.ended' && fact.ref === id).length,
    };
  }

  /** What must hold of one assignment whatever happened: it started at most once, and only as two
   * different persons approved it to the letter. Gives how often it started. */
  async function assertApproved(id: string): Promise<number> {
    const { approvals, started } = await factsOf(id);
    assert.ok(started.length <= 1);
    for (const fact of started) {
      const terms = jcs({ ...fact, approvedBy: [], signature: null });
      const approvers = approvals.filter((each) => jcs(each.terms) === terms).map((a) => a.by);
      assert.equal(new Set(fact.approvedBy).size, 2);
      assert.ok(fact.approvedBy.every((user) => approvers.includes(user)));
    }
    return started.length;
  }
}

export function ofProposal(id: string) {
  return { kind: 'assignments', id };
}

export function assertRefused({ status, json }: Answered, expected: number, reason: string): void {
  assert.deepEqual([status, json.reasons], [expected, [reason]], json.detail);
}
