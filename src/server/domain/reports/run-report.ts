/** Runs a report in the read model. Parameters and a digest of the result are kept with each run;
 * readers without rights to every single record get it suppressed. */
import { createHash } from 'node:crypto';
import { jcs } from '#verifier/jcs.ts';
import { toId } from '../../../contract/ids.ts';
import { badInput, notFound } from '../../fault.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { checkParameters, type ReportParameters } from '../../readmodel/reports/parameters.ts';
import type { Report } from '../../readmodel/reports/report.ts';
import { findReport, mustSuppress, typesOfRun } from '../../readmodel/reports/reports.ts';
import { newUuid } from '../../uuid.ts';
import { sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Statement } from '../../vault/database.ts';
import type { DomainOperation, Input } from '../operation.ts';
import { accessOf, askReadModel, scopeOf, versionOf } from '../read-model-access.ts';
import { concernedSubjects } from './concerned-subjects.ts';
import { toCsv } from './csv.ts';

/** Whose rights go down to single records; everybody else gets suppressed figures. */
const RECORD_LEVEL = new Set(['hr', 'servicing', 'product']);
const FORM = { siv: true, pad: true };

export const runReport: DomainOperation = {
  types(input) {
    const report = findReport(input.params.id!);
    if (!report) throw notFound();
    // Which types a run uses depends on its parameters only; their bounds are checked in the run.
    return typesOfRun(report, parametersOf(report, input, '2024-12-31', false));
  },
  async run(call) {
    const { house, state, grant, input, at, signal, role } = call;
    const report = findReport(input.params.id!)!;
    const today = new Date(at).toISOString().slice(0, 10);
    const chosen = parametersOf(report, input, today, false);
    const rights = {
      types: RECORD_LEVEL.has(role) ? [...grant!.types] : [],
      sensitivities: ['R1', 'R2', 'R3', 'R4'] as const,
    };
    const suppress = mustSuppress(grant!.catalogue, report.elements(chosen), rights);
    const parameters = suppress ? parametersOf(report, input, today, true) : chosen;
    const scope = scopeOf(grant!);
    const run = { report: report.id, parameters, today, scope, suppress };
    const result = await askReadModel(() =>
      house.readModel.report(accessOf(state), versionOf(state), run, signal),
    );
    const { dataVersion, asOf, columns, rows, suppressed, withheld, exceptions } = result;
    const id = newUuid(at);
    const digest = `sha256:${createHash('sha256').update(jcs({ columns, rows })).digest('hex')}`;
    const kept = { report: report.id, parameters, asOf, dataVersion, digest, suppressed };
    const concerned = await concernedSubjects(call, dataVersion);
    return {
      types: typesOfRun(report, parameters),
      subjects: concerned.subjects,
      work: {
        dataVersion,
        statements: [keepRun(state, id, kept)],
        ...(concerned.attachment && { attachment: concerned.attachment }),
      },
      answer() {
        concerned.committed();
        if (input.accept?.includes('text/csv')) {
          return {
            csv: toCsv(
              columns.map((column) => column.label),
              rows,
            ),
          };
        }
        return {
          id: toId('run', id),
          report: report.id,
          parameters,
          asOf,
          dataVersion,
          columns,
          rows,
          suppressed,
          withheld,
          exceptions: exceptions && {
            count: exceptions.count,
            items: exceptions.items.map((item) => ({
              ...item,
              subject: toId('subject', item.subject),
            })),
          },
          digest,
        };
      },
    };
  },
};

function parametersOf(
  report: Report,
  input: Input,
  today: string,
  suppress: boolean,
): ReportParameters {
  const given = (input.body as { parameters?: Record<string, unknown> }).parameters ?? {};
  const checked = checkParameters(report.parameters, given, { today, suppress });
  if ('faults' in checked) throw badInput('This report cannot be run so.', checked.faults);
  return checked.parameters;
}

function keepRun(state: LedgerState, id: string, kept: object): Statement {
  const bytes = Buffer.from(JSON.stringify(kept));
  return {
    name: 'report-run/insert',
    text: 'insert into report_run (client_id, run_id, ct) values ($1, $2, $3)',
    values: [
      state.id,
      id,
      sealUnder(state.clientKeys.record, ['report-run', state.id, id], bytes, FORM),
    ],
  };
}
