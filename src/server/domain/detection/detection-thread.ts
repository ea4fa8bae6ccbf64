/** The thread in which rules are evaluated, so that no answer waits for them. It opens the entries that it
 * is handed, keeps what correlations count, and has no way to the database. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Entry, parseEntry } from '#verifier/entry.ts';
import { Engine } from '../../detection/engine.ts';
import type { DetectedEvent } from '../../detection/event.ts';
import { flattenEntry } from '../../detection/flatten-entry.ts';
import { loadRules } from '../../detection/load-rules.ts';
import { ocsfOfEntry } from '../../detection/ocsf.ts';
import { type Noticed, serverEvent } from '../../detection/server-event.ts';
import { openEntry } from '../../ledger/entries.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import type {
  DetectionReply,
  DetectionThreadData,
  DetectionWork,
  Found,
  Segment,
} from './detection-messages.ts';

const { directory, wantsLines }: DetectionThreadData = workerData;
const engine = new Engine(loadRules(directory));
const persons = new Map<string, ReadonlyMap<string, string>>();

interface Opened {
  readonly entry: Entry;
  readonly event: DetectedEvent;
  readonly isKnown: boolean;
}

parentPort!.on('message', (work: DetectionWork) => {
  parentPort!.postMessage(evaluate(work) satisfies DetectionReply);
});

function evaluate({ id, segments, noticed }: DetectionWork): DetectionReply {
  const unreadable: string[] = [];
  const opened = segments.flatMap((segment) => {
    try {
      return openSegment(segment);
    } catch (error) {
      // Entries that were changed: the other ledgers go on.
      if (!(error instanceof SealError)) throw error;
      unreadable.push(segment.ledger);
      return [];
    }
  });
  const began = new Map<string, number>();
  for (const { event } of opened) if (!began.has(event.client)) began.set(event.client, event.at);
  // Of several ledgers in the order of time: correlations count across them.
  opened.sort((a, b) => a.event.at - b.event.at);
  const found: Found[] = [];
  const lines: string[] = [];
  for (const { entry, event, isKnown } of opened) {
    if (!isKnown && wantsLines) lines.push(JSON.stringify(ocsfOfEntry(entry, event)));
    // What detection itself writes is not looked at: an alert about alerts would never end.
    if (entry.actor !== 'sys:detection') found.push(...feed(event, isKnown, ''));
  }
  for (const one of noticed) found.push(...feed(serverEvent(one), false, keyOf(one)));
  const seen = seenOf(segments);
  return { id, unreadable, found, seen, began, lines };
}

function openSegment(segment: Segment): Opened[] {
  const { ledger, client, keys, known, entries, seen } = segment;
  if (seen) engine.setNovelty(client, seen);
  if (segment.persons) persons.set(client, segment.persons);
  const canaries = new Set(segment.canaries);
  return entries.map(({ index, ct, canaries: listed }) => {
    const entry = parseEntry(openEntry(keys, ledger, index, Buffer.from(ct)));
    const place = { client, index, persons: persons.get(client) ?? new Map(), canaries };
    const event = flattenEntry(entry, { ...place, ...(listed && { subjects: listed }) });
    return { entry, event, isKnown: index < known };
  });
}

function feed(event: DetectedEvent, isKnown: boolean, key: string): Found[] {
  const text = (field: string) => (event.fields.get(field) as string | null | undefined) ?? null;
  return engine.feed(event, isKnown).map(({ rule }) => ({
    rule: rule.name,
    level: rule.level,
    client: event.client,
    isOwn: rule.kind === 'detection' || rule.groupBy.includes('client'),
    index: event.index,
    at: event.at,
    user: text('user'),
    session: text('session'),
    key,
  }));
}

/** The time is none of it: a ledger that is still closed is not closed once more. */
function keyOf({ op, client, fields = {} }: Noticed): string {
  return JSON.stringify([op, client, fields]);
}

function seenOf(segments: readonly Segment[]): Map<string, readonly string[]> {
  const seen = new Map<string, readonly string[]>();
  for (const { client } of segments) {
    const novelty = engine.novelty(client);
    if (!novelty.isChanged) continue;
    novelty.isChanged = false;
    seen.set(client, novelty.list());
  }
  return seen;
}
