/** The reports and their parameters, with the defaults that hold today. */
import { describeReports } from '../../readmodel/reports/reports.ts';
import type { DomainOperation } from '../operation.ts';

export const listReports: DomainOperation = {
  run: ({ at }) => ({
    types: [],
    answer: () => ({ items: describeReports(new Date(at).toISOString().slice(0, 10)) }),
  }),
};
