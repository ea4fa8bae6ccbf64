/** The schedules: the own ones, and for HR those of the client. */
import type { Row } from '../../vault/database.ts';
import { listSchedules as list } from '../../vault/report-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { openSchedule, shownSchedule } from './schedule.ts';

export const listSchedules: DomainOperation = {
  async run({ house, state, principal, role }) {
    const user = role === 'hr' ? null : principal.user;
    const [rows] = (await house.database.batch([state.id], [list(state.id, user)])) as [Row[]];
    const items = rows.map((row) => shownSchedule(openSchedule(state, row)));
    return { types: [], answer: () => ({ items }) };
  },
};
