/** The exceptions of a client, the newest first, and whether the promise to review them is kept. */
import { parseId } from '../../../contract/ids.ts';
import { isInForce } from '../../ledger/authority.ts';
import { openUnder } from '../../vault/crypto/versioned-key.ts';
import { readReasons } from '../../vault/premises-sql.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { REASON_FORM } from './request-exception.ts';
import { isLate, reviewDue } from './review-due.ts';

type State = 'in-force' | 'unreviewed' | 'late' | undefined;

export const listExceptions: DomainOperation = {
  async run(call) {
    const { state, input, at } = call;
    const { authority } = state;
    const reasons = await reasonsOf(call);
    const all = [...authority.exceptions.values()].reverse().map((exception) => {
      const { fact, until } = exception;
      const finding = authority.exceptionReviews.get(fact.id) ?? null;
      return {
        id: fact.id,
        user: fact.user,
        types: fact.types,
        code: fact.code,
        reason: reasons.get(parseId('exception', fact.id)!) ?? null,
        proposedBy: fact.proposedBy,
        approvedBy: fact.approvedBy,
        from: fact.from,
        until: new Date(until).toISOString(),
        isInForce: isInForce(exception, at),
        finding,
        reviewDue: new Date(reviewDue(authority, exception)).toISOString(),
        isLate: isLate(authority, exception, at),
      };
    });
    const wanted = input.query.state as State;
    const items = all.filter((item) => {
      if (wanted === 'in-force') return item.isInForce;
      if (wanted === 'late') return item.isLate;
      return wanted === undefined || (item.finding === null && Date.parse(item.until) <= at);
    });
    const late = all.filter((item) => item.isLate).length;
    const promise = { id: 'where-and-when', isKept: late === 0, late };
    return { types: [], answer: () => ({ promise, items }) };
  },
};

/** By bare uuid. */
async function reasonsOf({ house, state }: Call): Promise<Map<string, string>> {
  const [rows] = await house.database.batch([state.id], [readReasons(state.id)]);
  return new Map(
    rows!.map((row) => {
      const id = row.exception_id as string;
      const parts = ['exception-reason', state.id, id];
      const text = openUnder(state.clientKeys.record, parts, row.ct as Buffer, REASON_FORM);
      return [id, text.toString()];
    }),
  );
}
