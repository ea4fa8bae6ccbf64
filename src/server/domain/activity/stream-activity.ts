/** Activity as it happens, as server-sent events (HTML Living Standard §9.2). The reader asks for more when
 * it has taken what there was: nothing is kept for slow ones. No entry leaves that is later than the one
 * that took the reader's authority away. */
import { conflict } from '../../fault.ts';
import { type PlacedEntry, readEntriesAt } from '../../ledger/read-entries.ts';
import type { ActivityFilter } from '../../readmodel/activity/activity-messages.ts';
import type { Call, DomainOperation, StreamAnswer } from '../operation.ts';
import { activityItem } from './activity-item.ts';
import { filterOf } from './find-activity.ts';
import { aboutOf } from './list-activity.ts';
import { matcherOf } from './match-entry.ts';
import { namesFor } from './names.ts';
import { openStanding } from './standing.ts';
import { startAfter } from './start-after.ts';

const STREAMS_PER_USER = 5;
const PAGE = 100;
const MEDIA_TYPE = 'text/event-stream';

/** By client and user, streams that are open in this process. */
const open = new Map<string, number>();

export const streamActivity: DomainOperation = {
  async run(call) {
    const filter = filterOf(call.input.query);
    const after = await startAfter(call);
    if (countOf(call) >= STREAMS_PER_USER) {
      throw conflict(
        'too-many-streams',
        'You have too many streams open. Close one of them first.',
      );
    }
    return {
      types: [],
      ...aboutOf(filter),
      answer: ({ index }): StreamAnswer => ({
        stream: { mediaType: MEDIA_TYPE },
        pieces: events(call, filter, after ?? index, index),
        ending,
      }),
    };
  },
};

async function* events(
  call: Call,
  filter: ActivityFilter,
  after: number,
  own: number,
): AsyncGenerator<string> {
  // Fifty may have been let through at once.
  if (countOf(call) >= STREAMS_PER_USER) {
    yield ending('too-many-streams');
    return;
  }
  const key = keyOf(call);
  open.set(key, countOf(call) + 1);
  const following = call.house.ledgers.watch(call.state);
  try {
    yield* follow(call, filter, after, own, following);
  } finally {
    following.end();
    const left = countOf(call) - 1;
    if (left > 0) open.set(key, left);
    else open.delete(key);
  }
}

type Following = ReturnType<Call['house']['ledgers']['watch']>;

async function* follow(
  call: Call,
  filter: ActivityFilter,
  after: number,
  own: number,
  following: Following,
): AsyncGenerator<string> {
  const { house, state, signal, input } = call;
  const standing = openStanding(call, following);
  const matches = matcherOf(house, state, filter);
  const names = namesFor(call);
  const { subject = null } = filter;
  yield event('open', after, { entry: own, after });
  for (let next = after + 1; !signal.aborted; ) {
    if (await standing.hasExpired()) {
      yield ending('expired');
      return;
    }
    await standing.mustHold();
    const size = Math.min(state.head.size, next + PAGE);
    if (next < size) {
      const entries = await readEntriesAt(house, state, range(next, size));
      const shown: PlacedEntry[] = [];
      for (const entry of entries) if (await matches(entry)) shown.push(entry);
      const known = await names(shown);
      // After everything that was awaited: what the authority is now covers all of these.
      await standing.mustHold();
      const texts = shown.map((entry) =>
        event('entry', entry.index, activityItem(entry, subject, known)),
      );
      yield texts.join('') + place(size - 1);
      next = size;
    } else if (input.query.follow === 'false') {
      yield ending('up-to-date');
      return;
    } else await following.next(signal);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function event(name: string, id: number, data: object): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** No event, but where to go on from: of a filtered stream the last event may lie far behind. */
function place(id: number): string {
  return `id: ${id}\n\n`;
}

function ending(reason: string, reasons: readonly string[] = []): string {
  return `event: end\ndata: ${JSON.stringify({ reason, reasons })}\n\n`;
}

function keyOf({ state, principal }: Call): string {
  return `${state.id} ${principal.user}`;
}

function countOf(call: Call): number {
  return open.get(keyOf(call)) ?? 0;
}
