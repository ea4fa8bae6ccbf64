/** A ledger entry as the flat fields that rules ask about (docs/detection.md lists them). */
import type { Entry } from '#verifier/entry.ts';
import type { DetectedEvent, FieldValue, Scalar } from './event.ts';

export interface EntryPlace {
  /** `provider`, or the id of the client. */
  readonly client: string;
  readonly index: number;
  /** The person behind each user. */
  readonly persons: ReadonlyMap<string, string>;
  /** `sub_…` of the client's canary people. */
  readonly canaries: ReadonlySet<string>;
  /** The list beside the entry, where the entry names people by count and digest only. */
  readonly subjects?: readonly string[];
}

/** What the server does of itself with many people's records reads nobody's. */
const MAINTENANCE = new Set([
  'keys.rotate',
  'people.erase',
  'catalogue.adopt',
  'canaries.create',
  'canaries.remove',
]);

export function flattenEntry(entry: Entry, place: EntryPlace): DetectedEvent {
  const { client, index, persons, canaries } = place;
  const at = Date.parse(entry.at);
  const { subjects, changes, context, fact } = entry;
  const named = 'digest' in subjects ? place.subjects : subjects;
  const time = new Date(at);
  const isUser = entry.actor.startsWith('usr_');
  const fields = new Map<string, FieldValue>([
    ['client', client],
    ['index', index],
    ['at', entry.at],
    ['hour', time.getUTCHours()],
    ['weekday', time.getUTCDay() || 7],
    ['kind', entry.kind],
    ['actor', entry.actor],
    ['user', isUser ? entry.actor : null],
    ['person', isUser ? (persons.get(entry.actor) ?? null) : null],
    ['side', entry.side],
    ['role', entry.role],
    ['via', entry.via],
    ['op', entry.op],
    ['outcome', entry.outcome],
    ['purpose', entry.purpose],
    ['instruction', entry.instruction],
    ['types', entry.types],
    ['subjects', named ?? null],
    ['subjectCount', 'digest' in subjects ? subjects.count : subjects.length],
    ['changeCount', changes === null ? 0 : 'digest' in changes ? changes.count : changes.length],
    ['rows', entry.rows ?? null],
    ['reasons', entry.reasons],
    ['authentication', context.authentication],
    ['session', context.session],
    ['passkey', context.passkey ?? null],
    ['place.kind', context.place.kind],
    ['place.id', context.place.id],
    ['mirror', entry.source !== null],
    ['canary', isCanaryRead(entry, named, canaries)],
  ]);
  if (fact) flattenInto(fields, 'fact', fact);
  return { client, index, at, fields };
}

function isCanaryRead(
  { outcome, actor, op }: Entry,
  subjects: readonly string[] | undefined,
  canaries: ReadonlySet<string>,
): boolean {
  if (canaries.size === 0 || outcome !== 'allowed') return false;
  if (actor.startsWith('sys:') || MAINTENANCE.has(op)) return false;
  return subjects?.some((subject) => canaries.has(subject)) ?? false;
}

function flattenInto(fields: Map<string, FieldValue>, path: string, value: unknown): void {
  if (Array.isArray(value)) {
    if (value.every(isScalar)) fields.set(path, value);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) flattenInto(fields, `${path}.${key}`, inner);
    return;
  }
  if (isScalar(value)) fields.set(path, value);
}

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
