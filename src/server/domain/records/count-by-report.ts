/** Counts of people by programme or by policy version: those of a report, with its rules of suppression,
 * and recorded like one. */
import type { ListDigest } from '#verifier/entry.ts';
import { REASONS } from '../../../contract/promises.ts';
import { badInput, Refusal } from '../../fault.ts';
import { checkParameters } from '../../readmodel/reports/parameters.ts';
import type { ReportCell } from '../../readmodel/reports/report.ts';
import { findReport, mustSuppress, typesOfRun } from '../../readmodel/reports/reports.ts';
import type { Call, Result } from '../operation.ts';
import { accessOf, askReadModel, scopeOf, versionOf } from '../read-model-access.ts';
import { concernedSubjects } from '../reports/concerned-subjects.ts';

/** Whose rights go down to single records; everybody else gets suppressed figures. */
const RECORD_LEVEL = new Set(['hr', 'servicing', 'product']);

export interface Counted {
  /** Figures by column, null where withheld, by the first so many texts of the row. */
  figures(...texts: readonly string[]): Readonly<Record<string, ReportCell>> | undefined;
  readonly asOf: string;
  readonly suppressed: boolean;
  readonly withheld: number;
  readonly subjects: readonly string[] | ListDigest;
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
  if (grant!.scope.kind === 'self') {
    const { sentence, promise } = REASONS['role-not-permitted'];
    throw new Refusal(403, ['role-not-permitted'], sentence, { promise });
  }
  const found = findReport(report)!;
  const today = new Date(at).toISOString().slice(0, 10);
  const chosen = parametersOf(report, { ...parameters, asOf: today }, today, false);
  const types = RECORD_LEVEL.has(role) ? [...grant!.types] : [];
  const rights = { types, sensitivities: ['R1', 'R2', 'R3', 'R4'] as const };
  const suppress = mustSuppress(grant!.catalogue, found.elements(chosen), rights);
  const run = {
    report,
    parameters: suppress ? parametersOf(report, parameters, today, true) : chosen,
    today,
    scope: scopeOf(grant!),
    suppress,
  };
  const result = await askReadModel(() =>
    house.readModel.report(accessOf(state), versionOf(state), run, signal),
  );
  const { dataVersion, asOf, columns, rows, suppressed, withheld } = result;
  const of = { ...call, ...grant!, user: call.principal.user };
  const { subjects, attachment } = await concernedSubjects(of, dataVersion);
  return {
    figures(...texts) {
      const row = rows.find((cells) => texts.every((text, i) => cells[i] === text));
      return row && Object.fromEntries(columns.map(({ id }, i) => [id, row[i]!]));
    },
    asOf,
    suppressed,
    withheld,
    subjects,
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
