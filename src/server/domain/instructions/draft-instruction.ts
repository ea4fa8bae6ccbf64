/** The provider drafts an instruction; it is nothing before an executive of the client gives it. */
import { toId } from '../../../contract/ids.ts';
import { newUuid } from '../../uuid.ts';
import { insertProposal } from '../access/proposals.ts';
import type { DomainOperation } from '../operation.ts';
import { instructionFact } from './instruction-fact.ts';

export const draftInstruction: DomainOperation = {
  run(call) {
    const { state, principal, at } = call;
    const fact = instructionFact(call, { at, uuid: newUuid(at) });
    const by = toId('user', principal.user);
    const proposal = { id: fact.id, kind: 'instructions' as const, by, fact };
    return {
      types: [],
      work: { statements: [insertProposal(state, proposal)] },
      answer: () => ({ id: fact.id, state: 'proposed' }),
    };
  },
};
