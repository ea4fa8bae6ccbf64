/** Everything that was done with a client's data, newest first: a page as JSON, or all of it as CSV. */
import { parseId } from '../../../contract/ids.ts';
import type { ActivityFilter } from '../../readmodel/activity/activity-messages.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { openCursor, sealCursor } from '../people/cursor.ts';
import { activityCsv } from './activity-csv.ts';
import { activityItem } from './activity-item.ts';
import { filterOf, findActivity, readyActivity } from './find-activity.ts';
import { namesFor } from './names.ts';

export const listActivity: DomainOperation = {
  async run(call) {
    const { house, state, input, signal } = call;
    const filter = filterOf(input.query);
    const { limit, cursor } = input.query as { limit: number; cursor?: string };
    const position = cursor === undefined ? null : openCursor(call, input.query, cursor);
    await readyActivity(house, state, filter, signal);
    return {
      types: [],
      ...aboutOf(filter),
      async answer({ index }) {
        const before = position?.offset ?? index + 1;
        const { subject = null } = filter;
        const names = namesFor(call);
        if (input.accept?.includes('text/csv')) {
          return { csv: activityCsv(call, filter, before, names), fileName: 'activity.csv' };
        }
        const page = await findActivity(house, state, { filter, before, limit }, signal);
        const known = await names(page.entries);
        return {
          items: page.entries.map((entry) => activityItem(entry, subject, known)),
          next: nextCursor(call, input.query, page.before),
        };
      },
    };
  },
};

/** Whoever asks about one person has asked about this person: the entry says so, and a person who is not
 * of this client is a 404. */
export function aboutOf({ subject }: ActivityFilter) {
  if (subject === undefined) return {};
  const subjects = [parseId('subject', subject)!];
  return { subjects, work: { subjects } };
}

export function nextCursor(call: Call, asked: object, before: number | null): string | null {
  return before === null ? null : sealCursor(call, asked, { subject: '', offset: before });
}
