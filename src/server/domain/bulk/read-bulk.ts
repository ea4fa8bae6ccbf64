/** Shows a preview: counts of all, and a page of people with what would change of each. */
import { toId } from '../../../contract/ids.ts';
import type { DomainOperation } from '../operation.ts';
import { nameSubjects } from '../people/name-subjects.ts';
import { findPreview } from './find-preview.ts';
import type { PreviewedChange, PreviewedPerson } from './preview.ts';

const COUNTS_MAX = 200;

export const readBulk: DomainOperation = {
  types: () => 'all',
  async run(call) {
    const { id } = call.input.params;
    const { offset, limit } = call.input.query as { offset: number; limit: number };
    const { people, types } = await findPreview(call, id!);
    const errors = people.filter(({ error }) => error !== null);
    const changed = people.filter(({ error, changes }) => error === null && changes.length > 0);
    const items = [...errors, ...changed].slice(offset, offset + limit);
    const { subjects, attachment } = nameSubjects(items.map(({ subject }) => subject));
    return {
      types: [...new Set([...types, 'employment'])].sort(),
      subjects,
      rows: items.length,
      work: attachment ? { attachment } : {},
      answer: () => ({
        id,
        people: {
          selected: people.length,
          changed: changed.length,
          unchanged: people.length - changed.length - errors.length,
          errors: errors.length,
        },
        counts: countChanges(changed),
        items: items.map(({ subject, staffNumber, changes, error }) => ({
          id: toId('subject', subject),
          staffNumber,
          changes: changes.map(shown),
          error,
        })),
      }),
    };
  },
};

function countChanges(people: readonly PreviewedPerson[]) {
  const counts = new Map<string, { change: PreviewedChange; people: number }>();
  for (const change of people.flatMap(({ changes }) => changes)) {
    const key = JSON.stringify(change);
    const counted = counts.get(key);
    if (counted) counted.people++;
    else counts.set(key, { change, people: 1 });
  }
  return [...counts.values()]
    .sort((a, b) => b.people - a.people)
    .slice(0, COUNTS_MAX)
    .map(({ change, people: count }) => ({ ...shown(change), people: count }));
}

function shown([element, from, to]: PreviewedChange) {
  return { element, from, to };
}
