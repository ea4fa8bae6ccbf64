// The closed shape of a ledger entry: exactly these keys, each well-formed, so that writing it needs no escaping.
import type { Entry } from './entry.ts';
import { ROLES, SIDES } from './fact.ts';
import { checkFact } from './fact-shape.ts';
import * as is from './ids.ts';
import {
  type Check,
  faultOf,
  isCount,
  nullable,
  objectOf,
  oneOf,
  ShapeError,
  shapeOf,
  sortedListOf,
} from './shape.ts';

const LIST_MAX = 100;

const isListDigest = objectOf({ count: isCount(LIST_MAX + 1), digest: is.isDigest });
const isChange = objectOf({
  digest: is.isDigest,
  record: (value) => is.isId('rec', value),
  revision: isCount(0),
});
const isSubjects = sortedListOf((value) => is.isId('sub', value), LIST_MAX);
const isChanges: Check = (value) =>
  Array.isArray(value) && value.length <= LIST_MAX && value.every(isChange);
const isPlace = objectOf({
  id: nullable(is.isToken),
  kind: oneOf('office', 'vpn', 'exception', 'unchecked'),
});

const context = {
  authentication: oneOf('token', 'passkey', 'oidc', 'job'),
  session: nullable((value) => is.isId('ses', value)),
  place: isPlace,
};

const CHECKS: Record<keyof Entry, Check> = {
  v: oneOf(2),
  at: is.isTime,
  kind: oneOf('access', 'fact', 'system'),
  actor: is.isActor,
  side: oneOf(...SIDES),
  role: nullable(oneOf(...ROLES)),
  via: nullable((value) => is.isId('job', value) || is.isId('imp', value)),
  op: is.isOperation,
  outcome: oneOf('allowed', 'refused', 'failed'),
  purpose: nullable(is.isPurpose),
  instruction: nullable((value) => is.isId('ins', value)),
  types: sortedListOf(is.isRecordType),
  subjects: (value) => isSubjects(value) || isListDigest(value),
  changes: nullable((value) => isChanges(value) || isListDigest(value)),
  reasons: sortedListOf(is.isToken),
  context: objectOf({
    ...context,
    passkey: nullable((value) => is.isId('pky', value)),
  }),
  // What a fact must look like is said by checkFact, with its own fault.
  fact: (value) => value !== undefined,
  source: nullable(objectOf({ index: isCount(0) })),
  salt: is.isSalt,
  rows: nullable(isCount(0)),
};
const { rows: _, ...IN_1 } = CHECKS;
const SHAPES = {
  1: shapeOf({ ...IN_1, v: oneOf(1), context: objectOf(context) }),
  2: shapeOf(CHECKS),
};

/** Throws ShapeError unless `entry` is an entry of FORMATS §1; a fact stands exactly in entries of kind `fact`, which are always allowed. */
export function checkEntry(entry: unknown): asserts entry is Entry {
  const v = (entry as { v?: unknown } | null)?.v === 1 ? 1 : 2;
  const fault = faultOf(entry, SHAPES[v]);
  if (fault !== null) throw new ShapeError(`entry.${fault}`);
  const { fact, kind, outcome } = entry as Entry;
  if ((fact !== null) !== (kind === 'fact')) {
    throw new ShapeError('entry.fact: only and always in entries of kind fact');
  }
  if (fact === null) return;
  if (outcome !== 'allowed') throw new ShapeError('entry.outcome: a fact that did not happen');
  checkFact(fact, v);
}
