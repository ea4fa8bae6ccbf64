/** Reads one person's file, of the granted record types only. */

import { findType } from '../../../catalogue/find.ts';
import { parseId } from '../../../contract/ids.ts';
import { badInput, notFound } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';
import { personFile } from './person-file.ts';
import { checkScope } from './scope.ts';

export const readPerson: DomainOperation = {
  types(input, catalogue) {
    const asked = input.query.types as string | undefined;
    if (asked === undefined) return 'all';
    const types = [...new Set(asked.split(','))];
    const faults = types
      .filter((type) => findType(catalogue, type)?.about !== 'subject')
      .map(() => ({ at: 'types', reason: 'names a record type that this client does not hold' }));
    if (faults.length > 0) throw badInput('These record types cannot be read.', faults);
    return types;
  },
  async run(call) {
    const { grant, input } = call;
    const { store, types, catalogue } = grant!;
    const subject = parseId('subject', input.params.sub)!;
    const scope = await checkScope(call, subject);
    return {
      types: catalogue.types
        .filter((type) => type.about === 'subject' && types.has(type.id))
        .map((type) => type.id),
      subjects: [subject],
      work: {
        ...scope,
        subjects: [subject],
        tags: store.tagsOf(subject),
        history: input.query.history === 'true',
        prepare({ keyrings, records }) {
          const keyring = keyrings.get(subject);
          if (!keyring) throw notFound();
          return personFile(grant!, subject, store.open(subject, keyring, records));
        },
      },
      answer: ({ prepared }) => prepared(),
    };
  },
};
