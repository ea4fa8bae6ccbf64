/** A ledger entry as an event of the Open Cybersecurity Schema Framework 1.x. Pseudonymous ids only: of the
 * people an entry is about it says how many, and of texts nothing. */
import type { Entry } from '#verifier/entry.ts';
import type { DetectedEvent } from './event.ts';

const OCSF_VERSION = '1.3.0';

interface Kind {
  readonly category: number;
  readonly class: number;
  readonly activity: number;
}

const [IAM, APPLICATION, FINDINGS] = [3, 6, 2];
const OTHER = 99;
const SEVERITIES: Readonly<Record<string, number>> = {
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

/** One event; `JSON.stringify` of it is a line of NDJSON. */
export function ocsfOfEntry(entry: Entry, { client, index, at, fields }: DetectedEvent): object {
  const kind = kindOf(entry);
  const { fact, context, reasons } = entry;
  const isFinding = kind.class === 2004;
  const severity = fact?.type === 'alert.raised' ? (SEVERITIES[fact.severity] ?? 0) : 1;
  return {
    category_uid: kind.category,
    class_uid: kind.class,
    activity_id: kind.activity,
    type_uid: kind.class * 100 + kind.activity,
    severity_id: entry.outcome === 'allowed' ? severity : 2,
    status_id: entry.outcome === 'allowed' ? 1 : 2,
    ...(reasons.length > 0 && { status_code: reasons.join(',') }),
    time: at,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'WorkSmartly', vendor_name: 'WorkSmartly' },
      uid: `${client}/${index}`,
      tenant_uid: client,
      log_name: 'ledger',
      sequence: index,
      logged_time: at,
    },
    actor: {
      user: { uid: entry.actor, type_id: entry.actor.startsWith('usr_') ? 1 : 3 },
      ...(context.session && { session: { uid: context.session } }),
    },
    src_endpoint: { uid: context.place.id ?? context.place.kind, name: context.place.kind },
    api: { operation: entry.op, ...(entry.via && { request: { uid: entry.via } }) },
    ...subjectOf(kind, entry, client),
    ...(isFinding && findingOf(entry)),
    unmapped: {
      side: entry.side,
      role: entry.role,
      purpose: entry.purpose,
      instruction: entry.instruction,
      types: entry.types,
      subject_count: fields.get('subjectCount') ?? 0,
      change_count: fields.get('changeCount') ?? 0,
      rows: entry.rows ?? null,
      authentication: context.authentication,
      fact: fact?.type ?? null,
    },
  };
}

/** Class and activity (ocsf-schema, categories 2, 3 and 6). */
function kindOf({ op, fact, types, changes }: Entry): Kind {
  if (fact?.type === 'alert.raised') return { category: FINDINGS, class: 2004, activity: 1 };
  if (fact?.type === 'alert.changed') {
    return { category: FINDINGS, class: 2004, activity: fact.state === 'closed' ? 3 : 2 };
  }
  if (fact?.type === 'user.registered') return account(1);
  if (fact?.type === 'user.changed') return account(OTHER);
  if (fact?.type === 'user.disabled') return account(5);
  if (fact?.type === 'passkey.added') return account(10);
  if (fact?.type === 'passkey.removed') return account(11);
  if (fact?.type === 'assignment.started' || fact?.type === 'exception.granted') {
    return { category: IAM, class: 3005, activity: 1 };
  }
  if (fact?.type === 'assignment.ended' || fact?.type === 'assignment.suspended') {
    return { category: IAM, class: 3005, activity: 2 };
  }
  if (/^(sessions|sign-in)\./.test(op)) {
    return { category: IAM, class: 3002, activity: /\.(end|delete|revoke)/.test(op) ? 2 : 1 };
  }
  if (fact) return { category: IAM, class: 3004, activity: 3 };
  if (types.length > 0 || changes !== null) {
    return { category: APPLICATION, class: 6005, activity: storeActivity(op, changes !== null) };
  }
  return { category: APPLICATION, class: 6003, activity: apiActivity(op) };
}

function account(activity: number): Kind {
  return { category: IAM, class: 3001, activity };
}

/** Read, update, query, delete, list of a data store. */
function storeActivity(op: string, changes: boolean): number {
  if (/\.(delete|remove|erase|undo)$/.test(op)) return 7;
  if (changes) return 2;
  if (/\.(list|search)$/.test(op)) return 8;
  return /^(reports|runs|organisation)\./.test(op) ? 4 : 1;
}

function apiActivity(op: string): number {
  if (/\.(delete|remove|end|revoke|disable|cancel)$/.test(op)) return 4;
  if (/\.(list|read|search|export|checkpoint|entries|proof|consistency|due)$/.test(op)) return 2;
  return /\.(correct|status|rename|change|rotate)$/.test(op) ? 3 : 1;
}

/** What the class demands beside the rest. */
function subjectOf(kind: Kind, { fact }: Entry, client: string): object {
  if (kind.class === 6005)
    return { database: { uid: client, type_id: OTHER, type: 'sealed records' } };
  if (kind.class === 3004)
    return { entity: { uid: fact?.id ?? client, type: fact?.type ?? 'fact' } };
  const user = fact && 'user' in fact ? { user: { uid: fact.user } } : {};
  if (kind.class === 3005) return { ...user, privileges: [client] };
  if (kind.class === 3002) return { ...user, service: { uid: client, name: 'WorkSmartly' } };
  return kind.class === 3001 ? user : {};
}

function findingOf({ fact }: Entry): object {
  if (fact?.type === 'alert.raised') {
    return { finding_info: { uid: fact.id, title: fact.rule, types: [fact.effect ?? 'none'] } };
  }
  if (fact?.type === 'alert.changed') {
    return { finding_info: { uid: fact.ref, title: fact.state }, status: fact.state };
  }
  return {};
}
