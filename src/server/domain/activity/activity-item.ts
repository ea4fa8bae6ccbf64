/** An entry as somebody is shown it who may know everything about the client's data, or as the person is
 * shown it whom it is about. Nothing else of an entry leaves this file. */
import type { Entry, ListDigest } from '#verifier/entry.ts';
import { toId } from '../../../contract/ids.ts';
import type { ActivityItem, SightItem } from '../../../contract/operations-activity.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { PlacedEntry } from '../../ledger/read-entries.ts';

/** By id, for those who may know. */
export type Names = ReadonlyMap<string, string>;

/** As the client sees it; `subject` is the person asked for, if one was. */
export function activityItem(
  { index, entry }: PlacedEntry,
  subject: string | null,
  names: Names,
): ActivityItem {
  const { actor, side, role, context } = entry;
  return {
    ...common(index, entry),
    kind: entry.kind,
    who: { id: actor, name: names.get(actor) ?? null, side, role },
    people: countOf(entry.subjects),
    subject: (subject ?? onlyOne(entry.subjects)) as ActivityItem['subject'],
    rows: entry.rows ?? null,
    changes: entry.changes === null ? 0 : countOf(entry.changes),
    place: context.place,
    reasons: [...entry.reasons],
    authentication: context.authentication,
    via: entry.via,
    fact: entry.fact?.type ?? null,
  };
}

/** As the person sees it: that it was about this person, and not about whom else. Who it was is told of
 * oneself, and to HR (`names` not null). */
export function sightItem(
  { index, entry }: PlacedEntry,
  subject: string,
  names: Names | null,
  state: LedgerState,
): SightItem {
  const { actor, side, role, via } = entry;
  const person = toId('person', subject);
  const isSelf = state.authority.users.get(actor)?.person === person;
  const isTold = isSelf || names !== null;
  const { place } = entry.context;
  return {
    ...common(index, entry),
    who: {
      isSelf,
      id: isTold ? actor : null,
      name: names?.get(actor) ?? null,
      side,
      role,
    },
    place: { kind: place.kind, id: names === null ? null : place.id },
    byJob: via !== null,
  };
}

function common(index: number, entry: Entry) {
  return {
    entry: index,
    at: entry.at,
    op: entry.op,
    did: didOf(entry),
    purpose: entry.purpose,
    instruction: entry.instruction,
    types: [...entry.types],
    outcome: entry.outcome,
  };
}

const LISTING: ReadonlySet<string> = new Set([
  'people.list',
  'people.search',
  'organisation.read',
  'reports.people',
  'bulk.start',
  'bulk.read',
]);
const COUNTING: ReadonlySet<string> = new Set([
  'reports.run',
  'runs.read',
  'procedures.due',
  'programmes.list',
  'policies.list',
]);

/** What happened to those whom the entry names. */
function didOf({ op, changes, subjects }: Entry): ActivityItem['did'] {
  if (changes !== null) return 'changed';
  if (countOf(subjects) === 0) return 'other';
  if (op.startsWith('activity.')) return 'traced';
  if (LISTING.has(op)) return 'listed';
  return COUNTING.has(op) ? 'counted' : 'opened';
}

function countOf(list: readonly unknown[] | ListDigest): number {
  return 'digest' in list ? list.count : list.length;
}

function onlyOne(subjects: Entry['subjects']): string | null {
  return 'digest' in subjects || subjects.length !== 1 ? null : subjects[0]!;
}
