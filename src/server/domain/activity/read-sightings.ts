/** Who opened, listed, counted or changed one person's data: for the person, and for HR. */
import { parseId } from '../../../contract/ids.ts';
import type { DomainOperation } from '../operation.ts';
import { openCursor } from '../people/cursor.ts';
import { checkScope } from '../people/scope.ts';
import { sightItem } from './activity-item.ts';
import { filterOf, findActivity, readyActivity } from './find-activity.ts';
import { aboutOf, nextCursor } from './list-activity.ts';
import { namesFor } from './names.ts';

export const readSightings: DomainOperation = {
  async run(call) {
    const { house, state, input, signal, role } = call;
    const person = input.params.sub!;
    const subject = parseId('subject', person)!;
    await checkScope(call, subject);
    const filter = { ...filterOf(input.query), subject: person };
    const asked = { ...input.query, subject: person };
    const { limit, cursor } = input.query as { limit: number; cursor?: string };
    const position = cursor === undefined ? null : openCursor(call, asked, cursor);
    await readyActivity(house, state, filter, signal);
    return {
      types: [],
      ...aboutOf(filter),
      async answer({ index }) {
        const before = position?.offset ?? index + 1;
        const page = await findActivity(house, state, { filter, before, limit }, signal);
        const names = role === 'hr' ? await namesFor(call)(page.entries) : null;
        return {
          items: page.entries.map((entry) => sightItem(entry, subject, names, state)),
          next: nextCursor(call, asked, page.before),
        };
      },
    };
  },
};
