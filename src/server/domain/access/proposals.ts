/** Proposals: facts that wait for somebody else's approval, kept sealed until then. */
import { z } from 'zod';
import type { Fact } from '#verifier/fact.ts';
import { parseId } from '../../../contract/ids.ts';
import type { OwnProcedures } from '../../../contract/own-procedures.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Row, Statement } from '../../vault/database.ts';

/** What becomes a fact as it stands; a client's own procedures become one when they are approved. */
export type FactKind = 'agreements' | 'notices' | 'instructions' | 'assignments' | 'exceptions';

export const ID_KINDS = {
  agreements: 'agreement',
  notices: 'notice',
  instructions: 'instruction',
  assignments: 'assignment',
  exceptions: 'exception',
  procedures: 'procedures',
} as const;

interface Proposed {
  readonly id: string;
  /** The user who proposed. */
  readonly by: string;
  /** Its reason in words; the fact has the digest. */
  readonly text?: string;
}

export type Proposal = Proposed &
  (
    | { readonly kind: FactKind; readonly fact: Fact }
    | { readonly kind: 'procedures'; readonly fact: null; readonly procedures: OwnProcedures }
  );

/** A proposal as it is stored now: sealed anew with every change. */
export type StoredProposal = Proposal & { readonly ct: Buffer };

const FORM = { siv: true, pad: true };
const SHAPE = z.object({
  id: z.string(),
  kind: z.string(),
  by: z.string(),
  fact: z.looseObject({}).nullable(),
  procedures: z.looseObject({}).optional(),
  text: z.string().optional(),
});

export function insertProposal(state: LedgerState, proposal: Proposal): Statement {
  return {
    name: 'proposal/insert',
    text: 'insert into proposal (client_id, proposal_id, ct) values ($1, $2, $3)',
    values: [state.id, uuidOf(proposal), seal(state, proposal)],
  };
}

/** Puts another proposal in the place of one that was read; divides by zero when that was changed or
 * taken away meanwhile. */
export function replaceProposal(
  state: LedgerState,
  before: StoredProposal,
  after: Proposal,
): Statement {
  return {
    name: 'proposal/replace',
    text: `with p as (update proposal set ct = $4
        where client_id = $1 and proposal_id = $2 and ct = $3 returning 1)
      select 1 / (select count(*) from p)`,
    values: [state.id, uuidOf(before), before.ct, seal(state, after)],
  };
}

/** Holds a proposal as it was read until the transaction ends; divides by zero when it is another now. */
export function holdProposal(state: LedgerState, { ct, ...proposal }: StoredProposal): Statement {
  return {
    name: 'proposal/hold',
    text: `with p as (select 1 from proposal
        where client_id = $1 and proposal_id = $2 and ct = $3 for update)
      select 1 / (select count(*) from p)`,
    values: [state.id, uuidOf(proposal), ct],
  };
}

/** Takes a proposal away as it was read; divides by zero when it is another now. */
export function takeProposal(state: LedgerState, { ct, ...proposal }: StoredProposal): Statement {
  return {
    name: 'proposal/take',
    text: `with d as (delete from proposal
        where client_id = $1 and proposal_id = $2 and ct = $3 returning 1)
      select 1 / (select count(*) from d)`,
    values: [state.id, uuidOf(proposal), ct],
  };
}

/** All that waits, oldest first. */
export async function readProposals(house: House, state: LedgerState): Promise<StoredProposal[]> {
  const [rows] = await house.database.batch(
    [state.id],
    [
      {
        name: 'proposal/list',
        text: 'select proposal_id, ct from proposal where client_id = $1 order by proposal_id',
        values: [state.id],
      },
    ],
  );
  return rows!.map((row) => open(state, row));
}

function open(state: LedgerState, row: Row): StoredProposal {
  const ct = row.ct as Buffer;
  const parts = ['proposal', state.id, row.proposal_id as string];
  const bytes = openUnder(state.clientKeys.record, parts, ct, FORM);
  return { ...(SHAPE.parse(JSON.parse(bytes.toString())) as unknown as Proposal), ct };
}

function seal(state: LedgerState, proposal: Proposal): Buffer {
  const bytes = Buffer.from(JSON.stringify(proposal));
  return sealUnder(state.clientKeys.record, ['proposal', state.id, uuidOf(proposal)], bytes, FORM);
}

function uuidOf({ kind, id }: Pick<Proposal, 'kind' | 'id'>): string {
  return parseId(ID_KINDS[kind], id)!;
}
