/** A client's own procedures: what an executive gives is adopted at once; what HR proposes waits for an
 * executive, for the client alone decides what is held. */
import { toId } from '../../../contract/ids.ts';
import type { OwnProcedures } from '../../../contract/own-procedures.ts';
import { newUuid } from '../../uuid.ts';
import { insertProposal } from '../access/proposals.ts';
import type { Call, DomainOperation, FactsResult } from '../operation.ts';
import { adoptionOf } from './adoption.ts';
import { catalogueWith } from './own-part.ts';

export const proposeProcedures: DomainOperation = {
  async run(call) {
    const { state, principal, role, at, input } = call;
    const proposed = input.body as OwnProcedures;
    const id = toId('procedures', newUuid(at));
    const facts = await adoptOwn(call, proposed);
    if (role === 'executive') return { facts, answer: () => ({ id, state: 'in-force' }) };
    const by = toId('user', principal.user);
    const proposal = { id, kind: 'procedures' as const, by, fact: null, procedures: proposed };
    return {
      work: { statements: [insertProposal(state, proposal)] },
      answer: () => ({ id, state: 'proposed' }),
    };
  },
};

/** The fact that adopts them beside what the client holds now; throws what stands against it. */
export async function adoptOwn(call: Call, proposed: OwnProcedures): Promise<FactsResult> {
  return adoptionOf(call, catalogueWith(call, proposed));
}
