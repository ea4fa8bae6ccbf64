/** What reports need of the records about the client itself. */
import type { Report, ReportReference } from '../../readmodel/reports/report.ts';
import type { RunOf } from './carry-out-run.ts';

export async function referenceFor(_of: RunOf, _report: Report): Promise<ReportReference> {
  return {};
}
