/** What a person still has to read: the policies in force whose present wording they have not
 * acknowledged. */
import { parseId, toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { checkScope } from '../people/scope.ts';
import { currentVersion } from './current-version.ts';
import { readOwn } from './read-own.ts';
import { textOf } from './shown-values.ts';

const OWN = ['policy', 'policyVersion'];

export const acknowledgementsDue: DomainOperation = {
  types: () => ['acknowledgement', ...OWN],
  async run(call) {
    const { grant, input, at } = call;
    const { store } = grant!;
    const subject = parseId('subject', input.params.sub)!;
    const scope = await checkScope(call, subject);
    const own = await readOwn(call, new Set(OWN));
    const tags = store.tagsOf(subject, new Set(['acknowledgement']));
    const today = new Date(at).toISOString().slice(0, 10);
    return {
      subjects: [subject],
      work: {
        ...scope,
        subjects: [subject, ...(own.work.subjects ?? [])],
        tags: [...tags, ...(own.work.tags ?? [])],
      },
      answer(committed) {
        const keyring = committed.keyrings.get(subject);
        if (!keyring) throw notFound();
        const theirs = committed.records.filter(({ tag }) => tags.includes(tag));
        const given = store.open(subject, keyring, theirs);
        return { items: dueOf(own.open(committed), given, today) };
      },
    };
  },
};

function dueOf(own: readonly OpenedRecord[], given: readonly OpenedRecord[], today: string) {
  const names = own.filter(({ body }) => body.t === 'policy').map(({ body }) => body.e.name);
  return names
    .map(String)
    .sort()
    .flatMap((policy) => {
      const current = currentVersion(own, policy, today);
      if (!current) return [];
      const { e, from } = current.body;
      const isGiven = given.some(
        ({ body }) =>
          body.t === 'acknowledgement' && body.e.policy === policy && body.e.version === e.version,
      );
      if (isGiven) return [];
      return [
        {
          policy,
          version: String(e.version),
          from: textOf(e.from) ?? from,
          id: toId('record', current.record),
        },
      ];
    });
}
