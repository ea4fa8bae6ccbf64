/** Carries an import on whose process died or stopped, within an hour, for whoever started it. What it
 * had written is recognised; nothing is written twice. */
import { toId } from '../../../contract/ids.ts';
import { conflict, Refusal } from '../../fault.ts';
import { moveImport } from '../../vault/import-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { cleanUpClient, HOUR_MS } from './clean-up.ts';
import { openChecked } from './import-checked.ts';
import { isBusy, startJob } from './import-job.ts';
import { newStatus } from './import-status.ts';
import { findOwnImport, mustBeOwn } from './own-import.ts';
import { importsUnderWay } from './progress.ts';

export const resumeImport: DomainOperation = {
  types: () => 'all',
  async run(call) {
    const { house, state, principal, grant } = call;
    let found = await findOwnImport(call);
    if (found.state === 'running' && !importsUnderWay(house).has(found.id)) {
      // Its process may have died without anybody noticing.
      await cleanUpClient(house, state);
      found = await findOwnImport(call);
    }
    const { id, key, plan, row, reachedAt } = found;
    const isLate = house.now() - reachedAt >= HOUR_MS;
    if (!key || !plan || found.state !== 'interrupted' || isLate) {
      throw conflict(
        'import-not-interrupted',
        'Only an import that was interrupted within the last hour can be carried on.',
      );
    }
    mustBeOwn(call, plan);
    if (plan.catalogue !== grant!.catalogue.version) {
      throw conflict(
        'catalogue-changed',
        'The client’s procedures have changed since this import began. Cancel it and import again.',
      );
    }
    if (isBusy(house)) {
      throw new Refusal(503, ['imports-busy'], 'Other imports are being carried out. Retry later.');
    }
    const { mode, onError, purpose, types, mapping, startedAt, chunks } = plan;
    return {
      types,
      work: { statements: [moveImport(state.id, id, ['interrupted'], 'queued', house.now())] },
      answer() {
        const status = newStatus();
        const sealed = row.checked as Buffer | null;
        const checked = sealed && openChecked(key, state.id, id, sealed, status);
        const { catalogue } = grant!;
        const asked = { mode, onError, purpose, types, mapping, startedAt, chunks };
        const kept: readonly Buffer[] = [];
        startJob(house, { ...asked, state, principal, catalogue, id, key, kept, checked, status });
        return { id: toId('import', id) };
      },
    };
  },
};
