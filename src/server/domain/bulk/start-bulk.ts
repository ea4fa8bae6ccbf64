/** A change to many people: previewed, or carried out as it was previewed. */
import { badInput, Refusal } from '../../fault.ts';
import { isBusy } from '../imports/import-job.ts';
import type { DomainOperation } from '../operation.ts';
import { checkSet } from './check-set.ts';
import { commitBulk } from './commit-bulk.ts';
import type { Selection } from './preview.ts';
import { previewBulk } from './preview-bulk.ts';

interface Given {
  readonly select?: Selection;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly effective?: string;
  readonly preview?: string;
}

export const startBulk: DomainOperation = {
  types: () => 'all',
  async run(call) {
    const { select, set, effective, preview } = call.input.body as Given;
    if (call.input.query.mode === 'check') {
      if (!select || !set || preview !== undefined) throw wrong('select and set, and no preview');
      return previewBulk(call, select, checkSet(call.grant!, set), effective ?? null);
    }
    if (preview === undefined || select || set || effective) throw wrong('preview alone');
    if (isBusy(call.house)) {
      throw new Refusal(503, ['imports-busy'], 'Other imports are being carried out. Retry later.');
    }
    return commitBulk(call, preview);
  },
};

function wrong(wanted: string) {
  const reason = `must have ${wanted} in this mode`;
  return badInput('This bulk edit cannot be made.', [{ at: 'body', reason }]);
}
