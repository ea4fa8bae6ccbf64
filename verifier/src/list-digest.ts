// The digest that stands in an entry for a list too long to be written out (FORMATS §1).
import { hash } from 'node:crypto';
import type { Change, ListDigest } from './entry.ts';
import { jcs } from './jcs.ts';

/** Count and digest of ids that must already be sorted and unique; throws RangeError if they are not. */
export function digestOfIds(sortedIds: readonly string[]): ListDigest {
  for (let i = 1; i < sortedIds.length; i++) {
    if (sortedIds[i - 1]! >= sortedIds[i]!) throw new RangeError('ids are not sorted and unique');
  }
  return digestOf(sortedIds);
}

/** Count and digest of changes, in the order of (record, revision). */
export function digestOfChanges(changes: readonly Change[]): ListDigest {
  return digestOf(changes.toSorted(compareChanges));
}

function compareChanges(a: Change, b: Change): number {
  if (a.record !== b.record) return a.record < b.record ? -1 : 1;
  return a.revision - b.revision;
}

function digestOf(list: readonly unknown[]): ListDigest {
  const digest = hash('sha256', jcs(list, { integersOnly: true }), 'hex');
  return { count: list.length, digest: `sha256:${digest}` };
}
