/** The reports there are, and what a reader must be allowed to see for each run. */
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { findElement } from '../../../catalogue/find.ts';
import type { Rights } from '../messages.ts';
import { eeo1 } from './eeo-1.ts';
import { headcount } from './headcount.ts';
import { joinersLeavers } from './joiners-leavers.ts';
import type { ReportParameters } from './parameters.ts';
import type { Report } from './report.ts';

export const REPORTS: readonly Report[] = [headcount, joinersLeavers, eeo1];

export interface ReportDescription {
  readonly id: string;
  readonly label: string;
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
  return REPORTS.map(({ id, label, parameters }) => ({
    id,
    label,
    parameters: parameters.map((parameter) => ({
      ...parameter,
      default: parameter.default(today),
    })),
  }));
}

export function findReport(id: string): Report | undefined {
  return REPORTS.find((report) => report.id === id);
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
