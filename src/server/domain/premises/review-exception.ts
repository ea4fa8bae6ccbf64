/** Records what somebody else found who looked at an exception after it had ended. */
import { toId } from '../../../contract/ids.ts';
import { conflict, notFound, Refusal } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';

export const reviewException: DomainOperation = {
  run({ house, state, principal, input, at }) {
    const ref = input.params.id!;
    const { finding } = input.body as { finding: 'in-order' | 'misused' };
    const { exceptions, exceptionReviews } = state.authority;
    const exception = exceptions.get(ref);
    if (!exception) throw notFound();
    if (exception.until > at) {
      throw conflict('exception-in-force', 'This exception has not ended. End it, or wait.');
    }
    if (exceptionReviews.has(ref)) {
      throw conflict('already-reviewed', 'This exception has been reviewed already.');
    }
    const { users } = house.ledgers.provider.authority;
    const by = toId('user', principal.user);
    const own = [exception.fact.user, exception.fact.proposedBy].map((id) => users.get(id)?.person);
    if (own.includes(users.get(by)?.person)) {
      throw new Refusal(403, ['same-person'], 'Somebody else must review your exception.', {
        promise: 'where-and-when',
      });
    }
    const fact = {
      type: 'exception.reviewed' as const,
      id: null,
      ref,
      finding,
      by,
      signature: null,
    };
    return { facts: { list: [{ state, fact }] }, answer: () => ({ id: ref }) };
  },
};
