/** A kept run as it was. Who could not be placed then is not kept: only how many. */
import type { DomainOperation } from '../operation.ts';
import { readableRun } from './run-access.ts';
import { answerRun } from './run-answer.ts';

export const readRun: DomainOperation = {
  types: () => 'all',
  async run(call) {
    const run = await readableRun(call);
    const { meta, result, types } = run;
    const exceptions = result.unplaced === null ? null : { count: result.unplaced, items: [] };
    return {
      types,
      subjects: meta.subjects,
      rows: result.rows.length,
      work: meta.attachment === null ? {} : { attachment: { id: meta.attachment, parts: [] } },
      answer: () => answerRun(call.input, { ...run, exceptions }),
    };
  },
};
