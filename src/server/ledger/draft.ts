/** The entry of a call, as FORMATS §1 wants it. */

import type { Change, Entry, ListDigest } from '#verifier/entry.ts';
import type { Fact } from '#verifier/fact.ts';
import { digestOfIds } from '#verifier/list-digest.ts';
import { toId } from '../../contract/ids.ts';
import { type Place, UNCHECKED } from './place.ts';
import type { EntryDraft } from './work.ts';

const LIST_MAX = 100;
const OPERATORS = new Set(['administrator', 'security']);

export interface DraftOf {
  /** Bare uuids of the user and of the token that signed in; none where a schedule acts for the user. */
  readonly principal: {
    readonly user: string;
    readonly token: string | null;
    readonly authentication?: 'token' | 'passkey' | 'oidc';
    readonly passkey?: string | null;
  };
  readonly side: 'provider' | 'client' | 'system';
  readonly role: string | null;
  readonly operation: string;
  readonly outcome: Entry['outcome'];
  readonly purpose: string | null;
  readonly instruction?: string | null;
  /** From where the person acts. */
  readonly place?: Place | undefined;
  readonly types?: readonly string[];
  /** Bare uuids, or the digest of a list that is attached. */
  readonly subjects?: readonly string[] | ListDigest;
  readonly changes?: readonly Change[] | ListDigest | null;
  readonly reasons?: readonly string[];
  readonly fact?: Fact | null;
  /** How many rows go out, where it is rows and not single people. */
  readonly rows?: number | null;
  /** The job that the person started, prefixed, when it is the job that acts. */
  readonly via?: string | null;
}

/** Operators act on the side of the system: they reach no data, and their entries show none. */
export function draftEntry(of: DraftOf): EntryDraft {
  const { subjects = [], changes = null, reasons = [], types = [], fact = null } = of;
  return {
    kind: fact ? 'fact' : 'access',
    actor: toId('user', of.principal.user),
    side: of.role && OPERATORS.has(of.role) && of.outcome === 'allowed' ? 'system' : of.side,
    role: of.role as EntryDraft['role'],
    via: of.via ?? null,
    op: of.operation,
    outcome: of.outcome,
    purpose: of.purpose,
    instruction: of.instruction ?? null,
    types: [...new Set(types)].sort(),
    subjects: 'digest' in subjects ? subjects : subjectList(subjects),
    changes: changes && !('digest' in changes) ? [...changes].sort(byRecord) : changes,
    reasons: [...new Set(reasons)].sort(),
    context: {
      authentication:
        of.principal.token === null ? 'job' : (of.principal.authentication ?? 'token'),
      session: of.principal.token === null ? null : toId('session', of.principal.token),
      place: of.place ?? UNCHECKED,
      passkey: of.principal.passkey ? toId('passkey', of.principal.passkey) : null,
    },
    fact,
    source: null,
    rows: of.rows ?? null,
  };
}

/** An entry that no person's call makes: of the server itself, or the mirror of another ledger's fact. */
export function systemDraft(
  actor: `sys:${string}`,
  operation: string,
  fact: Fact | null,
): EntryDraft {
  return {
    kind: fact ? 'fact' : 'system',
    actor,
    side: 'system',
    role: null,
    via: null,
    op: operation,
    outcome: 'allowed',
    purpose: null,
    instruction: null,
    types: [],
    subjects: [],
    changes: null,
    reasons: [],
    context: {
      authentication: 'job',
      session: null,
      place: UNCHECKED,
      passkey: null,
    },
    fact,
    source: null,
    rows: null,
  };
}

/** Prefixed, sorted, and beyond a hundred as count and digest. */
export function subjectList(uuids: readonly string[]): string[] | ListDigest {
  const ids = [...new Set(uuids)].map((uuid) => toId('subject', uuid) as string).sort();
  return ids.length <= LIST_MAX ? ids : digestOfIds(ids);
}

function byRecord(a: Change, b: Change): number {
  if (a.record !== b.record) return a.record < b.record ? -1 : 1;
  return a.revision - b.revision;
}
