/** Runs a report. */
import { notFound } from '../../fault.ts';
import { findReport } from '../../readmodel/reports/reports.ts';
import type { DomainOperation, Input } from '../operation.ts';
import { carryOutRun, runOf, typesFor } from './carry-out-run.ts';
import { answerRun } from './run-answer.ts';

export const runReport: DomainOperation = {
  types(input) {
    const report = findReport(input.params.id!);
    if (!report) throw notFound();
    return typesFor(report, askedFor(input).parameters);
  },
  async run(call) {
    const report = findReport(call.input.params.id!)!;
    const { parameters, name = null } = askedFor(call.input);
    const run = { parameters, name, schedule: null };
    const { shown, committed, ...recorded } = await carryOutRun(runOf(call), report, run);
    const answer = () => {
      committed();
      return answerRun(call.input, shown);
    };
    return { ...recorded, answer };
  },
};

function askedFor(input: Input): { parameters: Record<string, unknown>; name?: string } {
  return input.body as { parameters: Record<string, unknown>; name?: string };
}
