/** Where a stream begins: behind the last event that the caller has, by header or query. */
import { badInput } from '../../fault.ts';
import type { Call } from '../operation.ts';

/** The index of that entry; null to begin with what happens from now on. Throws badInput for what is no
 * index, or one that the ledger does not have. */
export async function startAfter({ house, state, input }: Call): Promise<number | null> {
  const { lastEventId } = input;
  const { after } = input.query as { after?: number };
  if (lastEventId === undefined || lastEventId === '') {
    return after === undefined ? null : known(after, 'query.after');
  }
  const at = 'header.Last-Event-ID';
  if (!/^[0-9]{1,16}$/.test(lastEventId)) throw wrong(at, 'must be the id of an event');
  return known(Number(lastEventId), at);

  async function known(index: number, at: string): Promise<number> {
    // Another process may have written it.
    if (index >= state.head.size) await house.ledgers.refresh(state);
    if (index >= state.head.size) throw wrong(at, 'is later than the last entry of the ledger');
    return index;
  }
}

function wrong(at: string, reason: string) {
  return badInput('The stream cannot be resumed there.', [{ at, reason }]);
}
