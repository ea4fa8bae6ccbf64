/** Carries detection on from where each ledger was left: reads what is new, has the thread evaluate it,
 * and records what it found together with how far it came. */

import { toId } from '../../../contract/ids.ts';
import type { Noticed } from '../../detection/server-event.ts';
import { Fault, Refusal } from '../../fault.ts';
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readClientIds } from '../../ledger/registry.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import type { Statement } from '../../vault/database.ts';
import { ledgerSizes, movePlace } from '../../vault/detection-sql.ts';
import type { DetectionReply, Found, Segment } from './detection-messages.ts';
import type { EventSinks } from './event-sinks.ts';
import { raiseAlert } from './raise-alerts.ts';
import { readSegment, type Tracker } from './read-segment.ts';
import { sealPlace, sealSeen } from './sealed-state.ts';
import type { DetectionThread } from './thread.ts';

export type Trackers = Map<string, Tracker>;

export interface CarryOn {
  /** The longest timespan of a correlation, ms. */
  readonly spanMax: number;
  readonly sinks: EventSinks;
  readonly noticed: readonly Noticed[];
}

interface Term {
  readonly thread: DetectionThread;
  readonly trackers: Trackers;
  /** Ledgers of which something does not open; they wait for another process, or the next start. */
  readonly broken: Set<string>;
}

/** More ids than this make a statement slow: row-level security looks each one up in the list. */
const IDS_PER_QUERY = 100;
const ENTRIES_PER_ROUND = 4000;
const ATTEMPTS_MAX = 20;
/** Of one look: however fast entries come, the next look begins anew. */
const ROUNDS_MAX = 200;

export async function carryOnLedgers(house: House, term: Term, on: CarryOn): Promise<void> {
  let { noticed } = on;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const news = rotated(await ledgersWithNews(house, term), round);
    if (news.length === 0 && noticed.length === 0) return;
    const shorter: Noticed[] = [];
    const segments = await readSegments(house, term, news, shorter);
    if (segments.length + noticed.length + shorter.length === 0) return;
    const reply = await term.thread.evaluate({ segments, noticed });
    on.sinks.send(reply.lines);
    for (const { ledger, client, entries } of segments) {
      if (reply.unreadable.includes(ledger)) {
        shorter.push(breakOff(house, term, ledger, client));
        continue;
      }
      const tracker = term.trackers.get(ledger)!;
      const began = reply.began.get(client);
      if (began !== undefined) tracker.marks.push({ at: began, index: entries[0]!.index });
      await settle(house, tracker, reply, client, on.spanMax);
    }
    await raiseNoticed(house, reply);
    noticed = shorter;
    if (house.stopping.aborted) return;
  }
}

/** As many as one round takes, one after the other: no more than one connection is kept from answers. */
async function readSegments(
  house: House,
  term: Term,
  news: readonly News[],
  shorter: Noticed[],
): Promise<Segment[]> {
  const segments: Segment[] = [];
  let entries = 0;
  for (const { id, size } of news) {
    if (entries >= ENTRIES_PER_ROUND || house.stopping.aborted) break;
    const state = await house.ledgers.find(id);
    if (!state || state.closed) continue;
    const segment = await readSegment(house, term.trackers, { state, size }, shorter).catch(
      (error: unknown) => {
        // A client that is sealed off has no keys in any process: it is gone on with when it is lifted.
        if (error instanceof Refusal) return null;
        if (!(error instanceof SealError)) throw error;
        shorter.push(breakOff(house, term, id, state.isProvider ? 'provider' : toId('client', id)));
        return null;
      },
    );
    if (!segment) continue;
    segments.push(segment);
    entries += segment.entries.length;
  }
  return segments;
}

/** What does not open in one ledger does not keep the others from being watched. */
function breakOff(house: House, term: Term, ledger: string, client: string): Noticed {
  term.broken.add(ledger);
  const fields = { reasons: ['ledger-unreadable'] };
  return { client, at: house.now(), op: 'ledger.closed', fields };
}

/** Begins with another one each time, so that a busy ledger keeps none waiting. */
function rotated(news: readonly News[], round: number): readonly News[] {
  const first = news.length === 0 ? 0 : round % news.length;
  return [...news.slice(first), ...news.slice(0, first)];
}

interface News {
  readonly id: string;
  readonly size: number;
}

/** Those that are longer than they were, and at first all. */
async function ledgersWithNews(
  { database, ledgers }: House,
  { trackers, broken }: Term,
): Promise<News[]> {
  const ids = [ledgers.provider.id, ...(await readClientIds(database))];
  const news: News[] = [];
  for (let i = 0; i < ids.length; i += IDS_PER_QUERY) {
    const some = ids.slice(i, i + IDS_PER_QUERY);
    const [rows] = await database.batch(some, [ledgerSizes(some)]);
    for (const row of rows!) {
      const [id, size] = [row.client_id as string, row.size as number];
      if (size === 0 || trackers.get(id)?.next === size || broken.has(id)) continue;
      news.push({ id, size });
    }
  }
  return news;
}

/** Records what was found in a ledger, and moves on. Throws when another process has moved on. */
async function settle(
  house: House,
  tracker: Tracker,
  reply: DetectionReply,
  client: string,
  spanMax: number,
): Promise<void> {
  const { state } = tracker;
  const seen = reply.seen.get(client);
  const to = sealPlace(state, { next: tracker.read, from: windowOf(tracker, spanMax) });
  const move = movePlace(state.id, tracker.storedPlace, to, seen ? sealSeen(state, seen) : null);
  const found = reply.found.filter((one) => one.client === client && one.index !== null);
  if (found.length === 0) await house.database.batch([state.id], [move]);
  else await append(house, found, state, [move]);
  tracker.storedPlace = to;
  tracker.next = tracker.read;
}

/** What stands in no entry is told once: its id is made of what it says. */
async function raiseNoticed(house: House, { found }: DetectionReply): Promise<void> {
  const { provider } = house.ledgers;
  for (const one of found) {
    if (one.index !== null) continue;
    await house.ledgers.refresh(provider);
    const own =
      one.client === 'provider' ? provider : await house.ledgers.find(one.client.slice(4));
    await append(house, [one], own ?? provider, []);
  }
}

async function append(
  house: House,
  found: readonly Found[],
  own: LedgerState,
  statements: readonly Statement[],
): Promise<void> {
  const { provider } = house.ledgers;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const raised = found.map((one) => raiseAlert(one, own, provider));
    const entries = raised.flatMap(({ facts }) =>
      facts.map(({ state, fact }) => {
        const op = fact.type === 'alert.raised' ? 'alerts.raise' : 'assignments.suspend';
        return { state, draft: systemDraft('sys:detection', op, fact) };
      }),
    );
    if (entries.length === 0 && statements.length === 0) return;
    if (entries.length === 0) {
      await house.database.batch([own.id], statements);
      return;
    }
    const indices = await house.ledgers.appendFacts({
      entries,
      // Locked as well, whether it gets an entry or not: the statements are about it.
      decided: new Map(own.closed ? [] : [[own.id, own.authority.index]]),
      until: Number.POSITIVE_INFINITY,
      statements: [...statements, ...raised.flatMap((one) => one.statements)],
    });
    if (indices === 'stale') {
      await house.ledgers.refresh(own);
      continue;
    }
    for (const { state, draft } of entries) tell(house, state, draft.fact);
    return;
  }
  throw new Fault('ledger-busy', 'authority kept changing');
}

function tell(
  house: House,
  state: LedgerState,
  fact: ReturnType<typeof systemDraft>['fact'],
): void {
  if (fact?.type !== 'alert.raised') return;
  const { rule, severity, effect = 'none' } = fact;
  house.log({ event: 'alert', ledger: state.keys.origin, rule, severity, effect });
}

/** From where correlations must be fed again at the next start: the last mark that is older than any of
 * their windows. */
function windowOf({ marks, began }: Tracker, spanMax: number): number {
  const newest = marks.at(-1)?.at ?? 0;
  while (marks.length > 1 && marks[1]!.at <= newest - spanMax) marks.shift();
  return marks[0]?.index ?? began;
}
