/** The provider proposes whom it wants to assign to a client, why, until when and within which budget; the
 * client's approvers put it into force (`approvals/`). What was proposed can be revised: approvals of what
 * it was before then count nothing. */
import type { Budget, Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import { badInput, notFound } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import { periodOf } from '../access/period.ts';
import {
  insertProposal,
  type Proposal,
  readProposals,
  replaceProposal,
} from '../access/proposals.ts';
import { digestOfTerms, isTooLong } from '../approvals/terms.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { digestOfText, keepText } from '../texts/sealed-text.ts';

export const proposeAssignment: DomainOperation = {
  run(call) {
    const { state, at } = call;
    const proposal = proposalFor(call, toId('assignment', newUuid(at)));
    return {
      work: { statements: [insertProposal(state, proposal), ...reasonOf(call)] },
      answer: () => answerOf(proposal),
    };
  },
};

/** Only whoever proposed it revises it; for everybody else it is not there. */
export const reviseAssignment: DomainOperation = {
  async run(call) {
    const { house, state, input, principal } = call;
    const before = (await readProposals(house, state)).find(
      ({ kind, id }) => kind === 'assignments' && id === input.params.id,
    );
    if (before?.by !== toId('user', principal.user)) throw notFound();
    const after = proposalFor(call, before.id);
    return {
      work: { statements: [replaceProposal(state, before, after), ...reasonOf(call)] },
      answer: () => answerOf(after),
    };
  },
};

interface Body {
  readonly user: string;
  readonly team: 'product' | 'servicing';
  readonly from?: string;
  readonly until: string | null;
  readonly reason?: string;
  readonly budget?: Budget;
  readonly extends?: string;
}

type Assignment = Extract<Fact, { type: 'assignment.started' }>;

const NO_BUDGET: Budget = { peoplePerHour: null, peoplePerDay: null, rowsPerDay: null };
/** Where facts are signed and nobody says otherwise. */
const BUDGET: Budget = { peoplePerHour: 200, peoplePerDay: 1000, rowsPerDay: 50_000 };

function proposalFor(call: Call, id: string): Proposal & { readonly fact: Assignment } {
  const { state, principal, at, input } = call;
  const body = input.body as Body;
  const { signed } = state.authority.rules;
  const by = toId('user', principal.user);
  const period = periodOf(body, at);
  checkDemanded(body, period, signed);
  checkUser(call, body);
  checkExtends(call, body);
  const fact: Assignment = {
    type: 'assignment.started',
    id,
    ...period,
    user: body.user,
    team: body.team,
    proposedBy: by,
    approvedBy: [],
    reason: body.reason === undefined ? null : digestOfText(body.reason),
    budget: body.budget ?? (signed ? BUDGET : NO_BUDGET),
    extends: body.extends ?? null,
    signature: null,
  };
  return { id, kind: 'assignments', by, fact, ...(body.reason && { text: body.reason }) };
}

/** The digest names what an approver approves. */
function answerOf({ id, fact }: { readonly id: string; readonly fact: Assignment }) {
  return { id, state: 'proposed', terms: digestOfTerms(fact) };
}

function checkDemanded(
  { reason }: Body,
  period: { from: string; until: string | null },
  signed: boolean,
): void {
  const faults = [];
  if (signed && reason === undefined) {
    faults.push({ at: 'body.reason', reason: 'is needed: say what the assignment is for' });
  }
  if (signed && period.until === null) {
    faults.push({ at: 'body.until', reason: 'is needed: an assignment of this client has an end' });
  } else if (period.until !== null && isTooLong(period)) {
    faults.push({ at: 'body.until', reason: 'must be at most 366 days after from' });
  }
  if (faults.length > 0) throw badInput('This assignment cannot be proposed.', faults);
}

function checkUser({ house }: Call, body: Body): void {
  const user = house.ledgers.provider.authority.users.get(body.user);
  if (user?.side !== 'provider') throw notFound();
  if (user.roles.includes(body.team)) return;
  const reason = 'must be a user with the role of the team';
  throw badInput('This assignment cannot be proposed.', [{ at: 'user', reason }]);
}

function checkExtends({ state, at }: Call, body: Body): void {
  if (body.extends === undefined) return;
  const held = state.authority.assignments.get(body.extends);
  const isSame = held?.fact.user === body.user && held.fact.team === body.team;
  if (isSame && held.until > at) return;
  const reason = 'must be an assignment of the same user and team that has not ended';
  throw badInput('This assignment cannot be proposed.', [{ at: 'body.extends', reason }]);
}

/** Whoever approves is shown it in words, and so is whoever reviews the assignment later. */
function reasonOf({ state, input }: Call) {
  const { reason } = input.body as Body;
  return reason === undefined ? [] : [keepText(state, reason).statement];
}
