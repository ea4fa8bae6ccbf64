/** What an operation must give to be signable: the exact fact that it would record, made from a moment
 * that is fixed when it is shown, and how the fact is recorded once it is signed. */
import type { Fact } from '#verifier/fact.ts';
import { REASONS } from '../../../contract/promises.ts';
import { Refusal } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import type { Call, DomainOperation, Result } from '../operation.ts';

/** What a draft takes ids and times from: the same moment makes the same fact again. */
export interface Moment {
  /** Milliseconds. */
  readonly at: number;
  /** Bare uuid, of what the fact starts. */
  readonly uuid: string;
}

/** The fact that a call would record, `signature` null, and how it is recorded. */
export interface Drafted {
  readonly fact: Fact;
  /** The same fact, signed or not, as the first of the call's own ledger in `facts.list`. */
  readonly record: (fact: Fact) => Promise<Result> | Result;
}

export interface Signs {
  /** Where it is known before anything is looked at: whether the call records what is signed. */
  readonly isSigned?: (call: Call) => boolean;
  /** Checks everything and changes nothing, and takes every id and time from `moment`: it is made again
   * when the signature comes, and must be the same. Null where this call records nothing that is signed
   * (somebody who may only propose). */
  readonly draft: (call: Call, moment: Moment) => Promise<Drafted | null> | Drafted | null;
  /** What the call does where nothing is to be signed. */
  readonly otherwise?: (call: Call) => Promise<Result> | Result;
}

/** The operation: unsigned where the ledger allows it, refused with `signature-required` where not. */
export function signable(signs: Signs, more: Pick<DomainOperation, 'types'> = {}): DomainOperation {
  return {
    ...more,
    signs,
    async run(call) {
      const { rules } = call.state.authority;
      if (rules.signed && signs.isSigned?.(call)) throw signatureRequired();
      const drafted = await signs.draft(call, { at: call.at, uuid: newUuid(call.at) });
      if (drafted === null) return signs.otherwise!(call);
      if (rules.signed) throw signatureRequired();
      return drafted.record(drafted.fact);
    },
  };
}

function signatureRequired(): Refusal {
  const { promise, sentence } = REASONS['signature-required'];
  return new Refusal(403, ['signature-required'], sentence, { promise });
}
