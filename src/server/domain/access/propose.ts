/** Agreement, notice, instruction: whoever may give one gives it at once; whoever may only propose leaves
 * a proposal for somebody else to approve. */
import type { Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import { newUuid } from '../../uuid.ts';
import { instructionFact, withAmended } from '../instructions/instruction-fact.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { type Moment, signable } from '../signing/signs.ts';
import { checkAccepted } from '../texts/check-accepted.ts';
import { periodOf } from './period.ts';
import { ID_KINDS, insertProposal, type Proposal } from './proposals.ts';

type Kind = 'agreements' | 'notices' | 'instructions';

/** Whose word is enough; everybody else who is permitted proposes. */
const GIVES: Record<Kind, string> = {
  agreements: 'executive',
  notices: 'executive',
  instructions: 'executive',
};

export function propose(kind: Kind): DomainOperation {
  return signable({
    isSigned: ({ role }) => GIVES[kind] === role,
    async draft(call, moment) {
      if (GIVES[kind] !== call.role) return null;
      const kept = call.input.body as Body;
      if (kind !== 'instructions') {
        await checkAccepted(call, TEXTS[kind], kept, call.principal.user);
      }
      return {
        fact: factOf(kind, call, moment),
        record: (fact) => ({
          facts: { list: withAmended(call, fact) },
          answer: () => ({ id: fact.id, state: 'in-force' }),
        }),
      };
    },
    otherwise(call) {
      const { state, principal, at } = call;
      const fact = factOf(kind, call, { at, uuid: newUuid(at) });
      const id = fact.id!;
      const proposal: Proposal = { id, kind, by: toId('user', principal.user), fact };
      return {
        work: { statements: [insertProposal(state, proposal)] },
        answer: () => ({ id, state: 'proposed' }),
      };
    },
  });
}

const TEXTS = { agreements: 'agreement', notices: 'notice' } as const;

interface Body {
  readonly document: string;
  readonly version: string;
  readonly from?: string;
  readonly until: string | null;
}

function factOf(kind: Kind, call: Call, { at, uuid }: Moment): Fact {
  if (kind === 'instructions') return instructionFact(call, { at, uuid });
  const body = call.input.body as Body;
  const by = toId('user', call.principal.user);
  const id = toId(ID_KINDS[kind], uuid);
  const common = { id, ...periodOf(body, at), signature: null };
  const type = kind === 'agreements' ? 'agreement.accepted' : 'notice.accepted';
  return { type, ...common, document: body.document, version: body.version, by };
}
