/** Entries of a ledger as OCSF events, a line of JSON each. Pseudonymous ids only. */
import { toId } from '../../../contract/ids.ts';
import { EVENTS_TYPE } from '../../../contract/operations-detection.ts';
import { flattenEntry } from '../../detection/flatten-entry.ts';
import { ocsfOfEntry } from '../../detection/ocsf.ts';
import { readEntries } from '../../ledger/read-entries.ts';
import { chooseMedia } from '../media.ts';
import type { DomainOperation } from '../operation.ts';

export const exportEvents: DomainOperation = {
  async run({ house, state, input }) {
    const media = chooseMedia(input.accept, [EVENTS_TYPE]);
    const { from, limit } = input.query as { from: number; limit: number };
    const client = state.isProvider ? 'provider' : toId('client', state.id);
    const to = Math.min(from + limit, state.head.size);
    const entries = from < to ? await readEntries(house, state, from, to) : [];
    const nobody = { persons: new Map(), canaries: new Set<string>() };
    const lines = entries.map((entry, i) => {
      const event = flattenEntry(entry, { client, index: from + i, ...nobody });
      return `${JSON.stringify(ocsfOfEntry(entry, event))}\n`;
    });
    const content = lines.join('');
    return {
      types: [],
      rows: lines.length,
      answer: () => ({ media, fileName: 'events.ndjson', content }),
    };
  },
};
