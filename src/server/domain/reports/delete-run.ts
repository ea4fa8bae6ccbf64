/** Destroys the kept result of a run of one's own; its digest stays. */
import { notFound } from '../../fault.ts';
import { deleteRun as destroy } from '../../vault/report-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { ownRun } from './run-access.ts';

export const deleteRun: DomainOperation = {
  async run(call) {
    const { id, user } = await ownRun(call);
    if (user !== call.principal.user) throw notFound();
    return {
      types: [],
      work: { statements: [destroy(call.state.id, id)] },
      answer: () => null,
    };
  },
};
