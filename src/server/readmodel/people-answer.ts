/** Everybody in a scope, as a ledger entry must name them: up to 100 one by one, more as a list with
 * its digest (FORMATS §1). */
import { digestOfIds } from '#verifier/list-digest.ts';
import { type Bitmap, countBits, forEachBit } from './bitmap.ts';
import type { PeopleAnswer } from './messages.ts';
import type { View } from './view.ts';

const NAMED_MAX = 100;

export function namePeople(view: View, people: Bitmap): Omit<PeopleAnswer, 'dataVersion'> {
  const subjects = uuidsOf(view, people);
  if (countBits(people) <= NAMED_MAX) {
    return { count: subjects.length, subjects, list: null, digest: null };
  }
  const ids = subjects.map((uuid) => `sub_${uuid}`).sort();
  // Of plain ASCII strings this is the canonical form.
  return { ...digestOfIds(ids), subjects: null, list: JSON.stringify(ids) };
}

export function uuidsOf(view: View, people: Bitmap): string[] {
  const uuids: string[] = [];
  forEachBit(people, (person) => uuids.push(view.data.people.uuidAt(person)));
  return uuids;
}
