/** The reports there are, and what a reader must be allowed to see for each run. */
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { findElement } from '../../../catalogue/find.ts';
import type { ReportRun, Rights } from '../messages.ts';
import { absenceRate } from './absence-rate.ts';
import { eeo1 } from './eeo-1.ts';
import { headcount } from './headcount.ts';
import { joinersLeavers } from './joiners-leavers.ts';
import type { ReportParameters } from './parameters.ts';
import { payDistribution } from './pay-distribution.ts';
import { payGap } from './pay-gap.ts';
import { policyAcknowledgement } from './policy-acknowledgement.ts';
import { programmeEvaluation } from './programme-evaluation.ts';
import { GROUPS, type Report, type ReportTable } from './report.ts';
import { spanOfControl } from './span-of-control.ts';
import { tenure } from './tenure.ts';
import { trainingCompletion } from './training-completion.ts';
import { turnover } from './turnover.ts';

export const REPORTS: readonly Report[] = [
  headcount,
  joinersLeavers,
  eeo1,
  turnover,
  tenure,
  spanOfControl,
  payDistribution,
  payGap,
  absenceRate,
  trainingCompletion,
  policyAcknowledgement,
  programmeEvaluation,
];

export interface ReportDescription {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly description: string;
  /** The record types that a run with every default uses. */
  readonly types: readonly string[];
  /** Whether the people behind a figure can be asked for. */
  readonly drill: boolean;
  readonly parameters: readonly {
    readonly id: string;
    readonly label: string;
    readonly type: string;
    readonly default: string | number | readonly string[];
    readonly options?: readonly { readonly id: string; readonly label: string }[];
    readonly minimum?: number;
    readonly maximum?: number;
  }[];
}

/** The reports with the defaults that hold today (`YYYY-MM-DD`). */
export function describeReports(today: string): ReportDescription[] {
  return REPORTS.map((report) => {
    const parameters = report.parameters.map((parameter) => ({
      ...parameter,
      default: parameter.default(today),
    }));
    const defaults = Object.fromEntries(parameters.map((one) => [one.id, one.default]));
    return {
      id: report.id,
      label: report.label,
      group: GROUPS[report.group],
      description: report.description,
      types: typesOfRun(report, defaults as unknown as ReportParameters),
      drill: report.drill !== undefined,
      parameters,
    };
  });
}

export function findReport(id: string): Report | undefined {
  return REPORTS.find((report) => report.id === id);
}

/** The tables that a run reads. */
export function tablesOf(run: ReportRun): readonly ReportTable[] {
  return findReport(run.report)?.tables ?? [];
}

/** The record types that a run reads, sorted: for the decision and the ledger entry. */
export function typesOfRun(report: Report, parameters: ReportParameters): string[] {
  const types = report.elements(parameters).map((element) => element.split('.')[0]!);
  return [...new Set(types)].sort();
}

/** Whether the reader lacks the right to see some used element person by person (DESIGN §8). */
export function mustSuppress(
  catalogue: Catalogue,
  elements: readonly string[],
  rights: Rights,
): boolean {
  return elements.some((id) => {
    const found = findElement(catalogue, id);
    if (found === undefined) return true;
    const { type, element } = found;
    return !rights.types.includes(type.id) || !rights.sensitivities.includes(element.sensitivity);
  });
}
