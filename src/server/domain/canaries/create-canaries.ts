/** Adds invented people whom nobody has a reason to open. They are sealed and stored like anybody else;
 * that they are canaries stands in a sealed list alone. */
import { findType } from '../../../catalogue/find.ts';
import { toId } from '../../../contract/ids.ts';
import { CANARIES_MAX } from '../../../contract/operations-detection.ts';
import { badInput, conflict } from '../../fault.ts';
import { sealCanaries } from '../../vault/canary-list.ts';
import { replaceCanaries } from '../../vault/detection-sql.ts';
import { readState } from '../detection/sealed-state.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { writeResult } from '../people/write-result.ts';
import { accessOf, askReadModel, versionOf } from '../read-model-access.ts';
import { CANARY_TYPES, inventPeople } from './invent-people.ts';
import type { Sample } from './likeness.ts';

export const createCanaries: DomainOperation = {
  types(_, catalogue) {
    const held = CANARY_TYPES.filter((type) => findType(catalogue, type));
    if (held.includes('employment') && held.includes('person')) return held;
    throw badInput('There can be no canaries here.', [
      { at: 'client', reason: 'has not adopted the record types that a person needs' },
    ]);
  },
  async run(call) {
    const { house, state, grant, input, at, principal } = call;
    const { count } = input.body as { count: number };
    const { canaries, storedCanaries } = await readState(house.database, state);
    if (canaries.length + count > CANARIES_MAX) {
      const more = CANARIES_MAX - canaries.length;
      throw conflict(
        'canaries-enough',
        `At most ${CANARIES_MAX} at once: ${more} more can be added.`,
      );
    }
    const people = inventPeople(grant!.catalogue, grant!.types, await sampleOf(call), count, {
      at,
      by: toId('user', principal.user),
    });
    const added = people.map(({ staffNumber, bodies }) => grant!.store.add(staffNumber, bodies));
    const subjects = added.map(({ subject }) => subject);
    const list = sealCanaries(state.clientKeys.record, state.id, [...canaries, ...subjects]);
    const written = {
      records: added.flatMap((one) => one.records),
      statements: [
        ...added.flatMap((one) => one.statements),
        replaceCanaries(state.id, storedCanaries, list),
      ],
    };
    return {
      ...writeResult(subjects[0]!, written, true),
      types: [...grant!.types],
      subjects: [],
      answer: () => ({ items: subjects.map((uuid) => toId('subject', uuid)) }),
    };
  },
};

/** Some real people, for the canaries to be like them. Nothing of them leaves this process. */
async function sampleOf({ house, state, grant, at, signal }: Call): Promise<Sample[]> {
  const elements = [
    ...['employment.staffNumber', 'employment.hireDate', 'employment.type'],
    ...['job.title', 'job.department', 'job.departmentName', 'job.location', 'job.eeoCategory'],
    'contact.workEmail',
  ];
  const found = await askReadModel(() =>
    house.readModel.list(
      accessOf(state),
      versionOf(state),
      {
        today: new Date(at).toISOString().slice(0, 10),
        scope: { kind: 'all' },
        rights: { types: [...grant!.types], sensitivities: ['R1', 'R2', 'R3'] },
        elements: elements.filter((id) => grant!.types.has(id.split('.')[0]!)),
        sort: { element: 'employment.staffNumber', descending: true },
        limit: 200,
      },
      signal,
    ),
  );
  return found.items.map(({ staffNumber, values }) => ({ staffNumber, values }));
}
