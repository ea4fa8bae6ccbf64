/** Names a kept run of one's own, or takes its name away. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import { renameRun as rename } from '../../vault/report-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { sealMeta } from './kept-run.ts';
import { ownRun } from './run-access.ts';

export const renameRun: DomainOperation = {
  async run(call) {
    const { state, principal, input } = call;
    const { id, user, meta } = await ownRun(call);
    if (user !== principal.user) throw notFound();
    const { name } = input.body as { name: string | null };
    const sealed = sealMeta(state, id, user, { ...meta, name });
    return {
      types: [],
      work: { statements: [rename(state.id, id, sealed)] },
      answer: () => ({ id: toId('run', id), name }),
    };
  },
};
