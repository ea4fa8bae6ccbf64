/** The kept runs, latest first: what was run, not what came out. */
import { parseId, toId } from '../../../contract/ids.ts';
import type { Row } from '../../vault/database.ts';
import { listSavedRuns } from '../../vault/report-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { expiredBefore, keptUntil, madeAt, openMeta } from './kept-run.ts';

export const listRuns: DomainOperation = {
  async run({ house, state, principal, role, input, at }) {
    const { limit, before } = input.query as { limit: number; before?: string };
    const [rows] = (await house.database.batch(
      [state.id],
      [
        listSavedRuns(state.id, {
          user: role === 'hr' ? null : principal.user,
          before: parseId('run', before) ?? null,
          after: expiredBefore(at),
          limit: limit + 1,
        }),
      ],
    )) as [Row[]];
    const items = rows.slice(0, limit).map((row) => {
      const id = row.run_id as string;
      const user = row.user_id as string;
      const { report, name, parameters, asOf, dataVersion, suppressed, digest, schedule } =
        openMeta(state, id, user, row.meta as Buffer);
      return {
        id: toId('run', id),
        report,
        name,
        parameters,
        asOf,
        dataVersion,
        suppressed,
        digest,
        by: toId('user', user),
        at: new Date(madeAt(id)).toISOString(),
        keptUntil: new Date(keptUntil(id)).toISOString(),
        schedule: schedule && toId('schedule', schedule),
      };
    });
    const next = rows.length > limit ? items.at(-1)!.id : null;
    return { types: [], answer: () => ({ items, next }) };
  },
};
