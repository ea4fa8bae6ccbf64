/** Counts of people by programme or by policy version: those of a report, with its rules of suppression,
 * and recorded like one. */
import type { ListDigest } from '#verifier/entry.ts';
import { badInput } from '../../fault.ts';
import { checkParameters } from '../../readmodel/reports/parameters.ts';
import type { ReportCell } from '../../readmodel/reports/report.ts';
import { findReport, mustSuppress, typesOfRun } from '../../readmodel/reports/reports.ts';
import type { Call, Result } from '../operation.ts';
import { accessOf, askReadModel, scopeOf, versionOf } from '../read-model-access.ts';
import { runOf } from '../reports/carry-out-run.ts';
import { concernedSubjects } from '../reports/concerned-subjects.ts';
import { refusal, rightsOf } from '../reports/reader-rights.ts';
import { referenceFor } from '../reports/report-reference.ts';

export interface Counted {
  /** Figures by column, null where withheld, by the first so many texts of the row. */
  figures(...texts: readonly string[]): Readonly<Record<string, ReportCell>> | undefined;
  readonly asOf: string;
  readonly suppressed: boolean;
  readonly withheld: number;
  readonly subjects: readonly string[] | ListDigest;
  /** Of the report. */
  readonly rows: number;
  /** To be called once the entry stands. */
  readonly committed: () => void;
  readonly work: Pick<NonNullable<Result['work']>, 'dataVersion' | 'attachment'>;
}

/** The record types that the counts use. */
export function countedTypes(report: string, parameters: Readonly<Record<string, string>>) {
  const found = findReport(report)!;
  return typesOfRun(found, parametersOf(report, parameters, '2024-12-31', false));
}

/** Of today, or of the last month's end for whoever gets suppressed figures. Staff get none. */
export async function countByReport(
  call: Call,
  report: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Counted> {
  const { house, state, grant, role, at, signal } = call;
  if (grant!.scope.kind === 'self') throw refusal('role-not-permitted');
  const found = findReport(report)!;
  const today = new Date(at).toISOString().slice(0, 10);
  const chosen = parametersOf(report, { ...parameters, asOf: today }, today, false);
  const rights = rightsOf(role, grant!.types);
  const suppress = mustSuppress(grant!.catalogue, found.elements(chosen), rights);
  const run = {
    report,
    parameters: suppress ? parametersOf(report, parameters, today, true) : chosen,
    today,
    scope: scopeOf(grant!),
    suppress,
    reference: await referenceFor(grant!.store, found),
  };
  const result = await askReadModel(() =>
    house.readModel.report(accessOf(state), versionOf(state), run, signal),
  );
  const { dataVersion, asOf, columns, rows, suppressed, withheld } = result;
  const concerned = await concernedSubjects(runOf(call), dataVersion);
  const { subjects, attachment, committed } = concerned;
  return {
    figures(...texts) {
      const row = rows.find((cells) => texts.every((text, i) => cells[i] === text));
      return row && Object.fromEntries(columns.map(({ id }, i) => [id, row[i]!]));
    },
    asOf,
    suppressed,
    withheld,
    subjects,
    rows: rows.length,
    committed,
    work: { dataVersion, ...(attachment && { attachment }) },
  };
}

function parametersOf(
  report: string,
  given: Readonly<Record<string, string>>,
  today: string,
  suppress: boolean,
) {
  const checked = checkParameters(findReport(report)!.parameters, given, { today, suppress });
  if ('faults' in checked) throw badInput('This cannot be counted so.', checked.faults);
  return checked.parameters;
}
