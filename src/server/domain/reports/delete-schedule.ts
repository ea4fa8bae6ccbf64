/** Ends a schedule: one's own, or for HR anybody's of the client. What it ran stays as long as it would. */
import { uuidOf } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { Row } from '../../vault/database.ts';
import { readSchedule, deleteSchedule as remove } from '../../vault/report-sql.ts';
import type { DomainOperation } from '../operation.ts';

export const deleteSchedule: DomainOperation = {
  async run({ house, state, principal, role, input }) {
    const id = uuidOf(input.params.schedule!);
    const [[row]] = (await house.database.batch([state.id], [readSchedule(state.id, id)])) as [
      Row[],
    ];
    if (!row || (row.user_id !== principal.user && role !== 'hr')) throw notFound();
    return {
      types: [],
      work: { statements: [remove(state.id, id)] },
      answer: () => null,
    };
  },
};
