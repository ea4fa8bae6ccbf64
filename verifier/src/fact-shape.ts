// The closed shapes of the facts: exactly these keys, each well-formed, by the version of the entry that holds them.
import { type Fact, type FactType, ROLES, type Terms } from './fact.ts';
import * as is from './ids.ts';
import { parseVkey } from './note.ts';
import {
  type Check,
  faultOf,
  isCount,
  listOf,
  nullable,
  objectOf,
  oneOf,
  type Shape,
  ShapeError,
  shapeOf,
  sortedListOf,
} from './shape.ts';

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

const isHours = objectOf({
  days: (value) => isDays(value) && (value as number[]).length > 0,
  from: is.isClock,
  until: is.isClock,
});
const isDays: Check = (value) =>
  Array.isArray(value) &&
  value.every((day, i) => isCount(1)(day) && day <= 7 && (i === 0 || value[i - 1] < day));

const period = { from: is.isTime, until: nullable(is.isTime) };
const userState = {
  user: id('usr'),
  person: id('per'),
  side: oneOf('provider', 'client'),
  roles: listOf(oneOf(...ROLES)),
};
const accepted = { document: is.isDigest, version: isVersion, by: is.isActor, ...period };
const free = { id: nullable(is.isAnyId) };
const isFlag = oneOf(true, false);
const hours = {
  zone: is.isToken,
  hours: (value: unknown) => Array.isArray(value) && value.length <= 50 && value.every(isHours),
  closed: sortedListOf(is.isDate, 1000),
};

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
  'instruction.flagged': { ...free, ref: id('ins'), document: is.isDigest, by: is.isActor },
  'instruction.cleared': { ...free, ref: id('ins'), by: is.isActor },
  'assignment.started': {
    id: id('asg'),
    user: id('usr'),
    team: oneOf('product', 'servicing'),
    proposedBy: is.isActor,
    approvedBy: listOf(is.isActor),
    ...period,
  },
  'assignment.ended': { ...free, ref: id('asg'), by: is.isActor },
  'assignment.suspended': { ...free, ref: id('asg'), alert: id('alr') },
  'assignment.restored': { ...free, ref: id('asg'), by: is.isActor },
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
  'alert.changed': {
    ...free,
    ref: id('alr'),
    state: oneOf('open', 'assigned', 'closed'),
    owner: nullable(id('usr')),
    finding: nullable(is.isToken),
    by: is.isActor,
  },
  'rules.set': {
    ...free,
    signed: isFlag,
    places: isFlag,
    reviews: isFlag,
    approvals: isCount(1),
    clientApprovesExceptions: isFlag,
    by: is.isActor,
  },
  'passkey.added': {
    id: id('pky'),
    user: id('usr'),
    credential: is.isBase64url,
    publicKey: is.isBase64url,
    rpId: is.isToken,
    origin: is.isOrigin,
  },
  'passkey.removed': { ...free, ref: id('pky'), by: is.isActor },
  'text.published': {
    id: id('txt'),
    kind: oneOf('nda', 'agreement', 'notice'),
    version: isVersion,
    document: is.isDigest,
    mandatory: isFlag,
    from: is.isTime,
    by: is.isActor,
  },
  'office.opened': {
    id: id('off'),
    kind: oneOf('office', 'vpn'),
    networks: is.isDigest,
    by: is.isActor,
    ...hours,
    ...period,
  },
  'office.closed': { ...free, ref: id('off'), by: is.isActor },
  'hours.agreed': { id: id('hrs'), by: is.isActor, ...hours, ...period },
  'hours.ended': { ...free, ref: id('hrs'), by: is.isActor },
  'exception.granted': {
    id: id('exc'),
    user: id('usr'),
    types: sortedListOf(is.isRecordType),
    code: is.isToken,
    reason: is.isDigest,
    proposedBy: is.isActor,
    approvedBy: listOf(is.isActor),
    ...period,
  },
  'exception.ended': { ...free, ref: id('exc'), by: is.isActor },
  'exception.reviewed': {
    ...free,
    ref: id('exc'),
    finding: oneOf('in-order', 'misused'),
    by: is.isActor,
  },
  'approval.given': { ...free, terms: isTerms, by: is.isActor },
  'access.suspended': { id: id('sus'), level: oneOf('provider', 'all'), by: is.isActor },
  'access.resumed': { ...free, ref: id('sus'), by: is.isActor },
  'review.opened': { id: id('rev'), assignments: sortedListOf(id('asg')), due: is.isTime },
  'review.decided': {
    ...free,
    ref: id('rev'),
    assignment: id('asg'),
    keep: isFlag,
    by: is.isActor,
  },
  'clock.stopped': { id: id('clk'), seconds: isCount(0) },
  'clock.checked': { ...free, ref: id('clk'), by: is.isActor },
  'erasure.ordered': {
    id: id('ers'),
    subjects: sortedListOf(id('sub'), 100),
    document: is.isDigest,
    by: is.isActor,
  },
};

/** What facts of entries of version 1 do not have. */
const SINCE_2: Partial<Record<FactType, Record<string, Check>>> = {
  'instruction.given': { transfers: sortedListOf(is.isCountry), amends: nullable(id('ins')) },
  'assignment.started': {
    reason: nullable(is.isDigest),
    budget: objectOf({
      peoplePerHour: nullable(isCount(0)),
      peoplePerDay: nullable(isCount(0)),
      rowsPerDay: nullable(isCount(0)),
    }),
    extends: nullable(id('asg')),
  },
  'alert.raised': {
    about: sortedListOf(is.isAnyId, 20),
    index: nullable(isCount(0)),
    effect: oneOf('none', 'session-ended', 'assignment-suspended'),
  },
};
/** The types of version 1. */
const IN_1 = new Set<string>([
  'user.registered',
  'user.changed',
  'user.disabled',
  'nda.signed',
  'nda.ended',
  'agreement.accepted',
  'agreement.ended',
  'notice.accepted',
  'notice.ended',
  'instruction.given',
  'instruction.ended',
  'assignment.started',
  'assignment.ended',
  'client.status',
  'catalogue.adopted',
  'policies.loaded',
  'key.changed',
  'log.key',
  'alert.raised',
]);

const isSignature = objectOf({
  by: id('usr'),
  passkey: id('pky'),
  publicKey: is.isBase64url,
  authenticatorData: is.isBase64url,
  clientDataJSON: is.isBase64url,
  value: is.isBase64url,
  nonce: is.isBase64url,
  size: isCount(0),
  root: is.isBase64,
  at: is.isTime,
  until: is.isTime,
});

const SHAPES = {
  1: shapesOf(Object.entries(FIELDS).filter(([type]) => IN_1.has(type))),
  2: shapesOf(
    Object.entries(FIELDS).map(([type, fields]) => [
      type,
      { ...fields, ...SINCE_2[type as FactType] },
    ]),
  ),
};

function shapesOf(fields: [string, Record<string, Check>][]): Map<string, Shape> {
  return new Map(
    fields.map(([type, checks]) => [
      type,
      shapeOf({ type: oneOf(type), ...checks, signature: nullable(isSignature) }),
    ]),
  );
}

/** Throws ShapeError unless `fact` is of a known type with exactly the fields that entries of version `v` have, all well-formed. */
export function checkFact(fact: unknown, v: 1 | 2): asserts fact is Fact {
  const type = (fact as { type?: unknown } | null)?.type;
  const shape = typeof type === 'string' ? SHAPES[v].get(type) : undefined;
  if (shape === undefined) throw new ShapeError('fact.type: unknown');
  const fault = faultOf(fact, shape);
  if (fault !== null) throw new ShapeError(`fact.${fault}`);
}

/** What an approval is of: an assignment or an exception, not yet approved and not signed. */
function isTerms(value: unknown): boolean {
  const { type, approvedBy, signature } = (value ?? {}) as Partial<Terms>;
  if (type !== 'assignment.started' && type !== 'exception.granted') return false;
  if (signature !== null || !Array.isArray(approvedBy) || approvedBy.length > 0) return false;
  return faultOf(value, SHAPES[2].get(type)!) === null;
}
