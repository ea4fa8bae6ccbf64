/** Records that somebody who must not may have had a key. What follows from it is a rotation. */

import { notFound } from '../../fault.ts';
import { storedKeysStatement } from '../../vault/client-keys.ts';
import type { DomainOperation } from '../operation.ts';

export const markCompromised: DomainOperation = {
  async run({ house, state, input }) {
    const { key, version } = input.body as { key: string; version: number };
    const [stored] = await house.database.batch([state.id], [storedKeysStatement(state.id)]);
    const isStored = stored!.some((row) => row.purpose === key && row.version === version);
    const isGeneration = key === 'subjects' && version <= state.authority.subjectKeys.version;
    if (!isStored && !isGeneration) throw notFound();
    const fact = {
      ...{ type: 'key.changed' as const, id: null, signature: null },
      ...{ key, event: 'compromised' as const, version },
    };
    return {
      types: [],
      facts: { list: [{ state, fact }] },
      answer: () => ({ id: `${key}/${version}`, state: 'compromised' }),
    };
  },
};
