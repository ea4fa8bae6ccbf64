/** Agreement, notice, instruction: whoever may give one gives it at once; whoever may only propose leaves
 * a proposal for somebody else to approve. */
import type { Fact } from '#verifier/fact.ts';
import { isOwnId } from '../../../catalogue/own.ts';
import { toId } from '../../../contract/ids.ts';
import { badInput } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import type { Call, DomainOperation } from '../operation.ts';
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
  return {
    run(call) {
      const { state, principal, role, at } = call;
      const id = toId(ID_KINDS[kind], newUuid(at));
      const fact = factOf(kind, id, call);
      if (GIVES[kind] === role) {
        return {
          facts: { list: [{ state, fact }] },
          answer: () => ({ id, state: 'in-force' }),
        };
      }
      const proposal: Proposal = { id, kind, by: toId('user', principal.user), fact };
      return {
        work: { statements: [insertProposal(state, proposal)] },
        answer: () => ({ id, state: 'proposed' }),
      };
    },
  };
}

interface Body {
  readonly document: string;
  readonly version: string;
  readonly from?: string;
  readonly until: string | null;
  readonly purposes: readonly string[];
  readonly types: readonly string[];
  readonly recipients: readonly string[];
}

function factOf(kind: Kind, id: string, call: Call): Fact {
  const body = call.input.body as Body;
  const by = toId('user', call.principal.user);
  const common = { id, ...periodOf(body, call.at), signature: null };
  if (kind === 'agreements' || kind === 'notices') {
    const type = kind === 'agreements' ? 'agreement.accepted' : 'notice.accepted';
    return { type, ...common, document: body.document, version: body.version, by };
  }
  checkTypes(body.types, call);
  return {
    type: 'instruction.given',
    ...common,
    purposes: [...new Set(body.purposes)].sort(),
    types: [...new Set(body.types)].sort(),
    recipients: [...body.recipients],
    document: body.document,
    by,
    transfers: [],
    amends: null,
  };
}

function checkTypes(types: readonly string[], call: Call): void {
  const held = new Set(call.grant?.catalogue.types.map((type) => type.id));
  const faults = types
    .map((type, i) => ({ at: `types[${i}]`, type }))
    // A client instructs what is to be held before it can adopt a procedure of its own for it.
    .filter(({ type }) => !held.has(type) && !isOwnId(type))
    .map(({ at }) => ({ at, reason: 'not a record type that this client has adopted' }));
  if (faults.length > 0) throw badInput('This instruction names unknown record types.', faults);
}
