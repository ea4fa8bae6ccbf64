/** Removes a canary with its key and everything held of it. Of a real person this removes nothing. */
import { parseId, toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import { GONE } from '../../ledger/changed-records.ts';
import { sealCanaries } from '../../vault/canary-list.ts';
import { removePerson, replaceCanaries } from '../../vault/detection-sql.ts';
import { readState } from '../detection/sealed-state.ts';
import type { DomainOperation } from '../operation.ts';

export const removeCanary: DomainOperation = {
  types: () => 'all',
  async run({ house, state, grant, input }) {
    const subject = parseId('subject', input.params.sub)!;
    const { dataVersion } = state.head;
    const { canaries, storedCanaries } = await readState(house.database, state);
    if (!canaries.includes(subject)) throw notFound();
    const { store } = grant!;
    const held = await store.read(subject);
    const digest = `sha256:${GONE.toString('hex')}`;
    const left = canaries.filter((one) => one !== subject);
    // Of one that was erased as a person is, only the list still knows.
    const changes = (held?.records ?? []).map(({ record, revision }) => ({
      record: toId('record', record),
      revision,
      digest,
    }));
    return {
      types: [],
      subjects: [],
      ...(changes.length > 0 && { changes }),
      work: {
        // Whatever was added to the canary since must not stay behind.
        dataVersion,
        dataChanged: true,
        purge: true,
        statements: [
          ...removePerson(state.id, subject, store.tagsOf(subject)),
          replaceCanaries(
            state.id,
            storedCanaries,
            sealCanaries(state.clientKeys.record, state.id, left),
          ),
        ],
      },
      answer() {
        house.subjectKeys.drop(state.id);
        return { id: toId('subject', subject) };
      },
    };
  },
};
