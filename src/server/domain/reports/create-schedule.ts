/** Lays down that a report is run again and again in the caller's name. */
import { badInput, conflict, notFound } from '../../fault.ts';
import { findReport } from '../../readmodel/reports/reports.ts';
import { newUuid } from '../../uuid.ts';
import type { Row } from '../../vault/database.ts';
import { insertSchedule, listSchedules } from '../../vault/report-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { parametersOf, typesFor } from './carry-out-run.ts';
import { dueAfter, type ScheduleBody, sealSchedule, shownSchedule } from './schedule.ts';
import { type Cadence, isTimeZone } from './schedule-times.ts';

/** Of one user: each costs a run every time. */
const SCHEDULES_MAX = 20;

interface Body extends Omit<Cadence, 'on'> {
  readonly parameters: Record<string, unknown>;
  readonly on?: number;
  readonly until: string | null;
  readonly name?: string;
}

export const createSchedule: DomainOperation = {
  types(input) {
    const report = findReport(input.params.id!);
    if (!report) throw notFound();
    return typesFor(report, (input.body as Body).parameters);
  },
  async run({ house, state, principal, grant, input, at }) {
    const { parameters, cadence, on = 1, at: time, timeZone, until, name } = input.body as Body;
    const report = findReport(input.params.id!)!;
    const faults = [];
    if (!isTimeZone(timeZone)) {
      faults.push({
        at: 'body.timeZone',
        reason: 'must be an IANA time zone, such as Europe/Berlin',
      });
    }
    if (cadence === 'daily' && (input.body as Body).on !== undefined) {
      faults.push({ at: 'body.on', reason: 'has no meaning for what runs every day' });
    }
    if (cadence === 'weekly' && on > 7) {
      faults.push({ at: 'body.on', reason: 'must be a day of the week, 1 for Monday to 7' });
    }
    if (faults.length > 0) throw badInput('This schedule cannot be kept.', faults);
    parametersOf(report, parameters, new Date(at).toISOString().slice(0, 10), false);
    const body: ScheduleBody = {
      report: report.id,
      parameters,
      name: name ?? null,
      purpose: grant!.purpose,
      offices: principal.offices,
      cadence,
      on,
      at: time,
      timeZone,
      until: until === null ? null : Date.parse(until),
      reasons: [],
      lastRun: null,
    };
    const dueAt = dueAfter(body, at);
    if (dueAt === null) {
      throw badInput('This schedule would never run.', [
        { at: 'body.until', reason: 'must be after the first time it is due' },
      ]);
    }
    const { user } = principal;
    const [rows] = (await house.database.batch([state.id], [listSchedules(state.id, user)])) as [
      Row[],
    ];
    if (rows.filter((row) => row.due_at !== null).length >= SCHEDULES_MAX) {
      throw conflict('too-many-schedules', `You have ${SCHEDULES_MAX} schedules. End one first.`);
    }
    const id = newUuid(at);
    const ct = sealSchedule(state, id, user, body);
    return {
      subjects: [],
      work: { statements: [insertSchedule(state.id, { id, user, dueAt, ct })] },
      answer: () => shownSchedule({ id, user, dueAt, body }),
    };
  },
};
