/** The client lays down when provider staff may work on its data; they need an open office besides. */
import { toId } from '../../../contract/ids.ts';
import { newUuid } from '../../uuid.ts';
import { periodOf } from '../access/period.ts';
import type { DomainOperation } from '../operation.ts';
import { type HoursBody, hoursOf } from './hours-of.ts';

interface Body extends HoursBody {
  readonly from?: string;
  readonly until: string | null;
}

export const agreeHours: DomainOperation = {
  async run({ state, principal, input, at }) {
    const body = input.body as Body;
    const id = toId('hours', newUuid(at));
    const hours = await hoursOf(body, at);
    const by = toId('user', principal.user);
    const fact = {
      type: 'hours.agreed' as const,
      id,
      by,
      ...hours,
      ...periodOf(body, at),
      signature: null,
    };
    return {
      facts: { list: [{ state, fact }] },
      answer: () => ({ id, closed: hours.closed }),
    };
  },
};
