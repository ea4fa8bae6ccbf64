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
export type FactKind = 'agreements' | 'notices' | 'instructions' | 'assignments';

export const ID_KINDS = {
  agreements: 'agreement',
  notices: 'notice',
  instructions: 'instruction',
  assignments: 'assignment',
  procedures: 'procedures',
} as const;

interface Proposed {
  readonly id: string;
  /** The user who proposed. */
  readonly by: string;
}

export type Proposal = Proposed &
  (
    | { readonly kind: FactKind; readonly fact: Fact }
    | { readonly kind: 'procedures'; readonly fact: null; readonly procedures: OwnProcedures }
  );

const FORM = { siv: true, pad: true };
const SHAPE = z.object({
  id: z.string(),
  kind: z.string(),
  by: z.string(),
  fact: z.looseObject({}).nullable(),
  procedures: z.looseObject({}).optional(),
});

export function insertProposal(state: LedgerState, proposal: Proposal): Statement {
  const id = parseId(ID_KINDS[proposal.kind], proposal.id)!;
  const bytes = Buffer.from(JSON.stringify(proposal));
  const { record } = state.clientKeys;
  return {
    name: 'proposal/insert',
    text: 'insert into proposal (client_id, proposal_id, ct) values ($1, $2, $3)',
    values: [state.id, id, sealUnder(record, ['proposal', state.id, id], bytes, FORM)],
  };
}

/** Takes a proposal away; divides by zero when somebody else did so meanwhile. */
export function deleteProposal(state: LedgerState, proposal: Proposal): Statement {
  return {
    name: 'proposal/delete',
    text: `with d as (delete from proposal where client_id = $1 and proposal_id = $2 returning 1)
      select 1 / (select count(*) from d)`,
    values: [state.id, parseId(ID_KINDS[proposal.kind], proposal.id)!],
  };
}

/** All that waits, oldest first. */
export async function readProposals(house: House, state: LedgerState): Promise<Proposal[]> {
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

function open(state: LedgerState, row: Row): Proposal {
  const parts = ['proposal', state.id, row.proposal_id as string];
  const bytes = openUnder(state.clientKeys.record, parts, row.ct as Buffer, FORM);
  return SHAPE.parse(JSON.parse(bytes.toString())) as unknown as Proposal;
}
