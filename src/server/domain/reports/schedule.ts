/** A schedule: what is run, how often, in whose name. Sealed but for whose it is and when it is due. */
import { toId } from '../../../contract/ids.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Row } from '../../vault/database.ts';
import { type Cadence, nextOccurrence } from './schedule-times.ts';

export interface ScheduleBody extends Cadence {
  readonly report: string;
  /** As they were given: what was left to the defaults follows the calendar. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Every run of it gets this name. */
  readonly name: string | null;
  readonly purpose: string | null;
  /** The offices (ids) from which it was laid down: there it runs. */
  readonly offices?: readonly string[] | undefined;
  /** ms; nothing is due at or after it. */
  readonly until: number | null;
  /** Why it has paused itself. */
  readonly reasons: readonly string[];
  /** The bare uuid of its last run. */
  readonly lastRun: string | null;
}

export interface Schedule {
  readonly id: string;
  readonly user: string;
  /** ms; null when nothing is due any more. */
  readonly dueAt: number | null;
  readonly body: ScheduleBody;
}

const FORM = { siv: true, pad: true };

export function sealSchedule(state: LedgerState, id: string, user: string, body: ScheduleBody) {
  const bytes = Buffer.from(JSON.stringify(body));
  return sealUnder(state.clientKeys.record, ['report-schedule', state.id, id, user], bytes, FORM);
}

/** From its row. Throws SealError, also when it is said to be somebody else's. */
export function openSchedule(state: LedgerState, row: Row): Schedule {
  const id = row.schedule_id as string;
  const user = row.user_id as string;
  const parts = ['report-schedule', state.id, id, user];
  const bytes = openUnder(state.clientKeys.record, parts, row.ct as Buffer, FORM);
  const dueAt = row.due_at === null ? null : (row.due_at as Date).getTime();
  return { id, user, dueAt, body: JSON.parse(bytes.toString()) };
}

/** When it is due after this time (ms); null when that would be too late. */
export function dueAfter(body: ScheduleBody, after: number): number | null {
  const next = nextOccurrence(body, after);
  return body.until !== null && next >= body.until ? null : next;
}

/** As it is answered. */
export function shownSchedule({ id, user, dueAt, body }: Schedule) {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: toId('schedule', id),
    report: body.report,
    parameters: body.parameters,
    cadence: body.cadence,
    on: body.cadence === 'daily' ? null : body.on,
    at: body.at,
    timeZone: body.timeZone,
    until: time(body.until),
    by: toId('user', user),
    next: time(dueAt),
    state: dueAt !== null ? 'active' : body.reasons.length > 0 ? 'paused' : 'ended',
    reasons: body.reasons,
    lastRun: body.lastRun && toId('run', body.lastRun),
  };
}
