// The facts that access depends on (FORMATS §1): what each type holds. Times are UTC, periods half-open.

export const ROLES = [
  'servicing',
  'product',
  'security',
  'administrator',
  'hr',
  'executive',
  'manager',
  'staff',
  'auditor',
] as const;
export const SIDES = ['provider', 'client', 'system'] as const;

export type Role = (typeof ROLES)[number];
export type Side = (typeof SIDES)[number];

/** In force while from ≤ at < until; `until` null means open. */
export interface Period {
  from: string;
  until: string | null;
}

/**
 * What a passkey signed: the challenge is SHA-256 of the JCS form of {"v":1,"ledger":origin,"by","fact": the fact with
 * `signature` null,"nonce","size","root","at","until"}, so the fact and these members say what was shown. Everything
 * binary is base64url without padding.
 */
export interface Signature {
  by: string;
  /** The id of the `passkey.added` fact. */
  passkey: string;
  /** SubjectPublicKeyInfo (DER). */
  publicKey: string;
  authenticatorData: string;
  clientDataJSON: string;
  value: string;
  nonce: string;
  /** The ledger as its signer saw it: number of entries and root (base64), at least that of the time of asking. */
  size: number;
  root: string;
  /** When it was shown, and when the offer to sign lapsed. */
  at: string;
  until: string;
}

interface Common {
  /** The id of what the fact starts; any id or null where it starts nothing. */
  id: string | null;
  /** Null where nobody signed: the verifier counts these. Since `rules.set` with `signed`, the types of SIGNED need one. */
  signature: Signature | null;
}
interface Started extends Common, Period {
  id: string;
}
interface UserState extends Common {
  user: string;
  person: string;
  side: 'provider' | 'client';
  roles: Role[];
}
interface Accepted extends Started {
  document: string;
  version: string | number;
  by: string;
}
interface Ended extends Common {
  /** The id of what ends. */
  ref: string;
}
interface EndedBy extends Ended {
  by: string;
}

/** Of one assignment: people opened per clock hour and per day of UTC, rows released per day of UTC; null: no limit. */
export interface Budget {
  peoplePerHour: number | null;
  peoplePerDay: number | null;
  rowsPerDay: number | null;
}

/** Open from ≤ local time < until on these ISO days (1 = Monday … 7 = Sunday); "24:00" is the end of the day. */
export interface WeeklyHours {
  days: number[];
  from: string;
  until: string;
}

/** When work is done: weekly hours in an IANA time zone, none of them on the local dates of `closed`. */
export interface Hours {
  zone: string;
  hours: WeeklyHours[];
  closed: string[];
}

export type Fact =
  | ({ type: 'user.registered' } & UserState)
  | ({ type: 'user.changed' } & UserState)
  | ({ type: 'user.disabled'; user: string } & Common)
  | ({ type: 'nda.signed'; user: string; document: string; version: string | number } & Started)
  | ({ type: 'nda.ended' } & Ended)
  | ({ type: 'agreement.accepted' } & Accepted)
  | ({ type: 'agreement.ended' } & Ended)
  | ({ type: 'notice.accepted' } & Accepted)
  | ({ type: 'notice.ended' } & Ended)
  | ({
      type: 'instruction.given';
      purposes: string[];
      types: string[];
      recipients: string[];
      document: string;
      by: string;
      /** Countries (ISO 3166-1 alpha-2) that data may be transferred to, and the instruction that this one replaces. */
      transfers?: string[];
      amends?: string | null;
    } & Started)
  | ({ type: 'instruction.ended' } & EndedBy)
  | ({ type: 'instruction.flagged'; document: string } & EndedBy)
  | ({ type: 'instruction.cleared' } & EndedBy)
  | ({
      type: 'assignment.started';
      user: string;
      team: 'product' | 'servicing';
      proposedBy: string;
      approvedBy: string[];
      /** Digest of the reason, the budget, and the assignment that this one extends. */
      reason?: string | null;
      budget?: Budget;
      extends?: string | null;
    } & Started)
  | ({ type: 'assignment.ended' } & EndedBy)
  | ({ type: 'assignment.suspended'; alert: string } & Ended)
  | ({ type: 'assignment.restored' } & EndedBy)
  | ({ type: 'client.status'; status: 'active' | 'frozen' | 'sealed' | 'ended' } & Common)
  | ({ type: 'catalogue.adopted'; version: number; sha256: string } & Common)
  | ({ type: 'policies.loaded'; sha256: string } & Common)
  | ({
      type: 'key.changed';
      key: string;
      event: 'created' | 'rotated' | 'compromised' | 'destroyed';
      version: number;
    } & Common)
  | ({ type: 'log.key'; vkey: string } & Common)
  | ({
      type: 'alert.raised';
      rule: string;
      severity: string;
      /** What it is about (ids), the entry that made it, and what was done by itself. */
      about?: string[];
      index?: number | null;
      effect?: 'none' | 'session-ended' | 'assignment-suspended';
    } & Common)
  | ({
      type: 'alert.changed';
      ref: string;
      state: 'open' | 'assigned' | 'closed';
      owner: string | null;
      finding: string | null;
      by: string;
    } & Common)
  | ({
      type: 'rules.set';
      /** Once true, always true: facts of SIGNED need a signature; provider staff need a place; reviews end assignments. */
      signed: boolean;
      places: boolean;
      reviews: boolean;
      /** How many client approvers an assignment or an exception needs. */
      approvals: number;
      /** Whether an exception needs the client's approval beside the provider's. */
      clientApprovesExceptions: boolean;
      by: string;
    } & Common)
  | ({
      type: 'passkey.added';
      id: string;
      user: string;
      /** Credential id, base64url. */
      credential: string;
      /** SubjectPublicKeyInfo (DER), base64url. */
      publicKey: string;
      rpId: string;
      origin: string;
    } & Common)
  | ({ type: 'passkey.removed' } & EndedBy)
  | ({
      type: 'text.published';
      /** `txt_…` */
      id: string;
      kind: 'nda' | 'agreement' | 'notice';
      version: string | number;
      document: string;
      /** Whoever accepted only an earlier version is not covered by it from `from` on. */
      mandatory: boolean;
      from: string;
      by: string;
    } & Common)
  | ({
      type: 'office.opened';
      kind: 'office' | 'vpn';
      /** SHA-256 of the JCS form of the sorted list of CIDR networks. */
      networks: string;
      by: string;
    } & Hours &
      Started)
  | ({ type: 'office.closed' } & EndedBy)
  | ({ type: 'hours.agreed'; by: string } & Hours & Started)
  | ({ type: 'hours.ended' } & EndedBy)
  | ({
      type: 'exception.granted';
      user: string;
      types: string[];
      /** A reason code, and the digest of the reason in words. */
      code: string;
      reason: string;
      proposedBy: string;
      approvedBy: string[];
    } & Started)
  | ({ type: 'exception.ended' } & EndedBy)
  | ({ type: 'exception.reviewed'; finding: 'in-order' | 'misused' } & EndedBy)
  | ({ type: 'approval.given'; terms: Terms; by: string } & Common)
  | ({ type: 'access.suspended'; id: string; level: 'provider' | 'all'; by: string } & Common)
  | ({ type: 'access.resumed' } & EndedBy)
  | ({ type: 'review.opened'; id: string; assignments: string[]; due: string } & Common)
  | ({
      type: 'review.decided';
      ref: string;
      assignment: string;
      keep: boolean;
      by: string;
    } & Common)
  | ({ type: 'clock.stopped'; id: string; seconds: number } & Common)
  | ({ type: 'clock.checked' } & EndedBy)
  | ({
      type: 'erasure.ordered';
      id: string;
      subjects: string[];
      document: string;
      by: string;
    } & Common);

/** What an approver approved: the fact as it was proposed, `approvedBy` empty and `signature` null. */
export type Terms = Extract<Fact, { type: 'assignment.started' | 'exception.granted' }>;

/** The types that need a signature since `rules.set` says so. */
export const SIGNED: ReadonlySet<string> = new Set([
  'nda.signed',
  'agreement.accepted',
  'notice.accepted',
  'instruction.given',
  'approval.given',
  'access.suspended',
  'access.resumed',
  'erasure.ordered',
]);

export type FactType = Fact['type'];
