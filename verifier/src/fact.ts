// The facts that access depends on (FORMATS §1): what each type holds, and nothing else. Times are UTC, periods half-open.
import * as is from './ids.ts';
import { parseVkey } from './note.ts';
import {
  type Check,
  faultOf,
  isCount,
  listOf,
  nullable,
  oneOf,
  type Shape,
  ShapeError,
  shapeOf,
} from './shape.ts';

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

interface Common {
  /** The id of what the fact starts (`nda_…`, `agr_…`, `ntc_…`, `ins_…`, `asg_…`); any id or null where it starts nothing. */
  id: string | null;
  /** Always null until passkeys arrive; the verifier counts unsigned facts and checks no signature yet. */
  signature: Record<string, unknown> | null;
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
    } & Started)
  | ({ type: 'instruction.ended'; by: string } & Ended)
  | ({
      type: 'assignment.started';
      user: string;
      team: 'product' | 'servicing';
      proposedBy: string;
      approvedBy: string[];
    } & Started)
  | ({ type: 'assignment.ended'; by: string } & Ended)
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
  | ({ type: 'alert.raised'; rule: string; severity: string } & Common);

export type FactType = Fact['type'];

const id =
  (prefix: string): Check =>
  (value) =>
    is.isId(prefix, value);
const isVersion: Check = (value) => is.isToken(value) || isCount(0)(value);
const isVkey: Check = (value) => {
  try {
    return typeof value === 'string' && parseVkey(value).name !== '';
  } catch {
    return false;
  }
};

const period = { from: is.isTime, until: nullable(is.isTime) };
const userState = {
  user: id('usr'),
  person: id('per'),
  side: oneOf('provider', 'client'),
  roles: listOf(oneOf(...ROLES)),
};
const accepted = { document: is.isDigest, version: isVersion, by: is.isActor, ...period };
const free = { id: nullable(is.isAnyId) };

const FIELDS: Record<FactType, Record<string, Check>> = {
  'user.registered': { ...free, ...userState },
  'user.changed': { ...free, ...userState },
  'user.disabled': { ...free, user: id('usr') },
  'nda.signed': {
    id: id('nda'),
    user: id('usr'),
    document: is.isDigest,
    version: isVersion,
    ...period,
  },
  'nda.ended': { ...free, ref: id('nda') },
  'agreement.accepted': { id: id('agr'), ...accepted },
  'agreement.ended': { ...free, ref: id('agr') },
  'notice.accepted': { id: id('ntc'), ...accepted },
  'notice.ended': { ...free, ref: id('ntc') },
  'instruction.given': {
    id: id('ins'),
    purposes: listOf(is.isPurpose),
    types: listOf(is.isRecordType),
    recipients: listOf(is.isToken),
    document: is.isDigest,
    by: is.isActor,
    ...period,
  },
  'instruction.ended': { ...free, ref: id('ins'), by: is.isActor },
  'assignment.started': {
    id: id('asg'),
    user: id('usr'),
    team: oneOf('product', 'servicing'),
    proposedBy: is.isActor,
    approvedBy: listOf(is.isActor),
    ...period,
  },
  'assignment.ended': { ...free, ref: id('asg'), by: is.isActor },
  'client.status': { ...free, status: oneOf('active', 'frozen', 'sealed', 'ended') },
  'catalogue.adopted': { ...free, version: isCount(0), sha256: is.isHex256 },
  'policies.loaded': { ...free, sha256: is.isHex256 },
  'key.changed': {
    ...free,
    key: is.isToken,
    event: oneOf('created', 'rotated', 'compromised', 'destroyed'),
    version: isCount(0),
  },
  'log.key': { ...free, vkey: isVkey },
  'alert.raised': { ...free, rule: is.isToken, severity: is.isToken },
};

const isSignature: Check = (value) => typeof value === 'object' && !Array.isArray(value);

const SHAPES = new Map<string, Shape>(
  Object.entries(FIELDS).map(([type, fields]) => [
    type,
    shapeOf({ type: oneOf(type), ...fields, signature: isSignature }),
  ]),
);

/** Throws ShapeError unless `fact` is of a known type with exactly its fields, all well-formed. */
export function checkFact(fact: unknown): asserts fact is Fact {
  const type = (fact as { type?: unknown } | null)?.type;
  const shape = typeof type === 'string' ? SHAPES.get(type) : undefined;
  if (shape === undefined) throw new ShapeError('fact.type: unknown');
  const fault = faultOf(fact, shape);
  if (fault !== null) throw new ShapeError(`fact.${fault}`);
}
