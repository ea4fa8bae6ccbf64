/** Carries a report out, for a call or for a schedule: asks the read model, suppressed unless the reader
 * has rights to every single record, and keeps the result. */
import { createHash } from 'node:crypto';
import type { ListDigest } from '#verifier/entry.ts';
import { jcs } from '#verifier/jcs.ts';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { badInput } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { Work } from '../../ledger/work.ts';
import { checkParameters, type ReportParameters } from '../../readmodel/reports/parameters.ts';
import type { Report } from '../../readmodel/reports/report.ts';
import { mustSuppress, typesOfRun } from '../../readmodel/reports/reports.ts';
import { newUuid } from '../../uuid.ts';
import { sealUnder } from '../../vault/crypto/versioned-key.ts';
import { insertRun, saveRun } from '../../vault/report-sql.ts';
import type { Store } from '../../vault/store.ts';
import type { Call, Scope } from '../operation.ts';
import { accessOf, askReadModel, scopeOf, versionOf } from '../read-model-access.ts';
import { concernedSubjects } from './concerned-subjects.ts';
import { type KeptRun, sealRun } from './kept-run.ts';
import { rightsOf } from './reader-rights.ts';
import { referenceFor } from './report-reference.ts';
import type { ShownRun } from './run-answer.ts';

/** In whose name, and with what authority. */
export interface RunOf {
  readonly house: House;
  readonly state: LedgerState;
  readonly role: string;
  /** The record types granted. */
  readonly types: ReadonlySet<string>;
  readonly scope: Scope;
  readonly catalogue: Catalogue;
  readonly purpose: string | null;
  /** A bare uuid. */
  readonly user: string;
  /** ms. */
  readonly at: number;
  readonly signal: AbortSignal;
  /** Of the grant. */
  readonly store: Store;
}

export interface Asked {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly name: string | null;
  /** The bare uuid of the schedule. */
  readonly schedule: string | null;
}

export interface CarriedOut {
  readonly shown: ShownRun;
  readonly types: readonly string[];
  readonly subjects: readonly string[] | ListDigest;
  /** Of the result, and people listed beside it. */
  readonly rows: number;
  readonly work: Pick<Work, 'dataVersion' | 'statements' | 'attachment'>;
  /** To be called once the entry stands. */
  readonly committed: () => void;
}

const FORM = { siv: true, pad: true };

export function runOf({ house, state, grant, role, principal, at, signal }: Call): RunOf {
  const { types, scope, catalogue, purpose, store } = grant!;
  return {
    house,
    state,
    role,
    types,
    scope,
    catalogue,
    purpose,
    user: principal.user,
    at,
    signal,
    store,
  };
}

/** The result, and what is to be written with its entry. */
export async function carryOutRun(of: RunOf, report: Report, asked: Asked): Promise<CarriedOut> {
  const { house, state, role, types, catalogue, scope, user, purpose, at, signal } = of;
  const today = new Date(at).toISOString().slice(0, 10);
  const chosen = parametersOf(report, asked.parameters, today, false);
  const suppress = mustSuppress(catalogue, report.elements(chosen), rightsOf(role, types));
  const parameters = suppress ? parametersOf(report, asked.parameters, today, true) : chosen;
  const reference = await referenceFor(of.store, report);
  const run = { report: report.id, parameters, today, scope: scopeOf(of), suppress, reference };
  const result = await askReadModel(() =>
    house.readModel.report(accessOf(state), versionOf(state), run, signal),
  );
  const { dataVersion, asOf, columns, rows, suppressed, withheld, exceptions } = result;
  const id = newUuid(at);
  const digest = `sha256:${createHash('sha256').update(jcs({ columns, rows })).digest('hex')}`;
  const { subjects, attachment, committed } = await concernedSubjects(of, dataVersion);
  const { name, schedule } = asked;
  const kept: KeptRun = {
    id,
    user,
    meta: {
      report: report.id,
      name,
      parameters,
      asOf,
      dataVersion,
      suppressed,
      digest,
      purpose,
      scope,
      schedule,
      subjects,
      attachment: attachment?.id ?? null,
    },
    result: { columns, rows, withheld, unplaced: exceptions?.count ?? null },
  };
  const ct = sealDigest(state, id, {
    report: report.id,
    parameters,
    asOf,
    dataVersion,
    digest,
    suppressed,
  });
  return {
    shown: { ...kept, exceptions },
    types: typesOfRun(report, parameters),
    subjects,
    rows: rows.length + (exceptions?.items.length ?? 0),
    work: {
      dataVersion,
      statements: [insertRun(state.id, id, ct), saveRun(state.id, sealRun(state, kept))],
      ...(attachment && { attachment }),
    },
    committed,
  };
}

/** With defaults filled in; throws badInput with every fault. */
export function parametersOf(
  report: Report,
  given: Readonly<Record<string, unknown>>,
  today: string,
  suppress: boolean,
): ReportParameters {
  const checked = checkParameters(report.parameters, given, { today, suppress });
  if ('faults' in checked) throw badInput('This report cannot be run so.', checked.faults);
  return checked.parameters;
}

/** The types of a run, which depend on its parameters only; their bounds are checked in the run. */
export function typesFor(report: Report, given: Readonly<Record<string, unknown>>): string[] {
  return typesOfRun(report, parametersOf(report, given, '2024-12-31', false));
}

function sealDigest(state: LedgerState, id: string, kept: object): Buffer {
  const bytes = Buffer.from(JSON.stringify(kept));
  return sealUnder(state.clientKeys.record, ['report-run', state.id, id], bytes, FORM);
}
