/** Runs what is due, in the name and with the rights of whoever scheduled it, at that moment. A run, its
 * entry and the taking of its occurrence are one transaction: of two processes, or of one killed at any
 * point, one run comes of each occurrence. What was missed runs once, late. */
import { toId } from '../../../contract/ids.ts';
import { Fault, Refusal } from '../../fault.ts';
import type { House } from '../../house.ts';
import { draftEntry } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readClientIds } from '../../ledger/registry.ts';
import { findReport } from '../../readmodel/reports/reports.ts';
import type { Row } from '../../vault/database.ts';
import {
  deleteExpiredRuns,
  dueSchedules,
  readSchedule,
  takeOccurrence,
} from '../../vault/report-sql.ts';
import { holdLock } from '../../vault/session-lock.ts';
import { openStore } from '../../vault/store.ts';
import { reportOverBudget } from '../assignments/report-over-budget.ts';
import { adoptedCatalogue } from '../catalogue/adopted.ts';
import { scopeOfRole } from '../scope-of-role.ts';
import { carryOutRun, typesFor } from './carry-out-run.ts';
import { expiredBefore } from './kept-run.ts';
import {
  dueAfter,
  openSchedule,
  type Schedule,
  type ScheduleBody,
  sealSchedule,
} from './schedule.ts';

const CLIENTS_AT_ONCE = 100;
const ATTEMPTS_MAX = 30;

/** Runs everything that is due now, and removes kept runs that have expired. */
export async function runSchedules(house: House): Promise<void> {
  const clients = await readClientIds(house.database);
  for (let at = 0; at < clients.length; at += CLIENTS_AT_ONCE) {
    const some = clients.slice(at, at + CLIENTS_AT_ONCE);
    const now = house.now();
    const [, due] = await house.database.batch(some, [
      deleteExpiredRuns(some, expiredBefore(now)),
      dueSchedules(some, now),
    ]);
    for (const row of due!) {
      if (house.stopping.aborted) return;
      await runOne(house, row.client_id as string, row.schedule_id as string);
    }
  }
}

/** One that fails is tried again the next time; the others go on. */
async function runOne(house: House, client: string, id: string): Promise<void> {
  try {
    // The lock spares the work of a run that another process makes; it is the update that counts.
    await holdLock(house.database, id, async () => {
      const state = (await house.ledgers.find(client))!;
      const [[row]] = (await house.database.batch([client], [readSchedule(client, id)])) as [Row[]];
      const schedule = row && openSchedule(state, row);
      if (schedule?.dueAt != null && schedule.dueAt <= house.now()) {
        await runOccurrence(house, state, schedule, schedule.dueAt);
      }
    });
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    house.log({ event: 'schedule-failed', schedule: id, code: code ?? name ?? null });
  }
}

async function runOccurrence(house: House, state: LedgerState, of: Schedule, dueAt: number) {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if ((await attemptOnce(house, state, of, dueAt)) !== 'stale') return;
  }
  throw new Fault('ledger-busy', 'authority or data kept changing');
}

/** The outcome of the append; `conflict` when somebody else has run it. */
async function attemptOnce(house: House, state: LedgerState, of: Schedule, dueAt: number) {
  const { id, user, body } = of;
  const report = findReport(body.report);
  let types: string[];
  try {
    if (report === undefined) throw new Refusal(404, ['not-found'], 'no such report');
    types = typesFor(report, body.parameters);
  } catch (error) {
    return pause(house, state, of, dueAt, { role: null, reasons: reasonsOf(error) });
  }
  const { purpose } = body;
  const principal = { user, offices: body.offices };
  const operation = 'reports.run';
  const decision = await house.reauthorise({ principal, state, operation, purpose, types });
  if (!decision.allowed) return pause(house, state, of, dueAt, decision);
  const { role, instruction, place, until, authIndex } = decision;
  const at = Math.max(house.now(), state.head.at);
  const catalogue = await adoptedCatalogue(house, state);
  const scope = scopeOfRole(state, role, user);
  const again = () => house.reauthorise({ principal, state, operation, purpose, types });
  const live = house.live.open({ state, until, again, outer: house.stopping });
  const { signal } = live;
  const granted = new Set(decision.types);
  // The decision is the grant here, as it is for whatever a job does.
  const store = openStore({
    database: house.database,
    client: state.id,
    keys: state.clientKeys,
    cache: house.subjectKeys,
    catalogue,
    types: granted,
    areKeysChanging: state.authority.subjectKeys.areChanging,
    now: house.now,
  });
  const run = {
    house,
    state,
    role,
    types: granted,
    scope,
    catalogue,
    purpose,
    user,
    at,
    signal,
    store,
  };
  try {
    const asked = { parameters: body.parameters, name: body.name, schedule: id };
    const made = await carryOutRun(run, report, asked);
    const next = { ...body, lastRun: made.shown.id };
    const outcome = await house.ledgers.submit({
      ledger: state.id,
      draft: draftEntry({
        ...entryOf(state, of, role),
        outcome: 'allowed',
        instruction,
        place,
        types: made.types,
        subjects: made.subjects,
        rows: made.rows,
      }),
      decided: { authIndex, until },
      ...made.work,
      statements: [...made.work.statements!, taking(state, of, dueAt, next, dueAfter(next, at))],
    });
    if (outcome.kind === 'over-budget') {
      await reportOverBudget(house, state, outcome);
      return pause(house, state, of, dueAt, { role, reasons: [outcome.kind] });
    }
    if (outcome.kind === 'committed') made.committed();
    return outcome.kind;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return pause(house, state, of, dueAt, { role, reasons: reasonsOf(error) });
  } finally {
    live.close();
  }
}

/** Nothing is due any more until a person schedules it anew; the entry and the schedule say why. */
async function pause(
  house: House,
  state: LedgerState,
  of: Schedule,
  dueAt: number,
  { role, reasons }: { role: string | null; reasons: readonly string[] },
) {
  const { kind } = await house.ledgers.submit({
    ledger: state.id,
    draft: draftEntry({ ...entryOf(state, of, role), outcome: 'refused', reasons }),
    decided: { authIndex: state.head.authIndex, until: Number.POSITIVE_INFINITY },
    statements: [taking(state, of, dueAt, { ...of.body, reasons }, null)],
  });
  return kind;
}

function entryOf(state: LedgerState, { id, user, body }: Schedule, role: string | null) {
  const side = state.authority.users.get(toId('user', user))?.side ?? 'provider';
  return {
    principal: { user, token: null },
    side,
    role,
    operation: 'reports.run',
    purpose: body.purpose,
    via: toId('job', id),
  };
}

function taking(
  state: LedgerState,
  { id, user }: Schedule,
  dueAt: number,
  body: ScheduleBody,
  next: number | null,
) {
  return takeOccurrence(state.id, id, { dueAt, next, ct: sealSchedule(state, id, user, body) });
}

function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof Refusal) return error.reasons;
  throw error;
}
