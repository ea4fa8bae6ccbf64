/** Corrects elements of a record, its effective dates, or ends it. The revision before stays. */
import { findType } from '../../../catalogue/find.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput, conflict, notFound } from '../../fault.ts';
import type { RecordBody } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { changeValues } from './check-values.ts';
import { createRecord } from './create-record.ts';
import { writeResult } from './write-result.ts';

interface Given {
  readonly values?: Record<string, unknown>;
  readonly from?: string | null;
  readonly until?: string | null;
  readonly revision?: number;
}

export const correctRecord: DomainOperation = {
  types: createRecord.types!,
  async run({ grant, input, at, principal }) {
    const { store, catalogue } = grant!;
    const subject = parseId('subject', input.params.sub)!;
    const record = parseId('record', input.params.rec)!;
    const given = input.body as Given;
    const person = await store.read(subject);
    const held = person?.records.find((r) => r.record === record && r.body.t === input.params.type);
    if (!person || !held) throw notFound();
    if (given.revision !== undefined && given.revision !== held.revision) {
      throw conflict(
        'changed-meanwhile',
        'This record was changed meanwhile. Read it again and retry.',
      );
    }
    const type = findType(catalogue, held.body.t)!;
    const body: RecordBody = {
      ...held.body,
      e: changeValues(catalogue, type, held.body.e, given.values ?? {}),
      ...(given.from !== undefined && { from: given.from }),
      ...(given.until !== undefined && { until: given.until }),
      at: new Date(at).toISOString(),
      by: toId('user', principal.user),
      via: null,
    };
    if (body.from !== null && body.until !== null && body.until <= body.from) {
      throw badInput('These dates cannot be stored.', [
        { at: 'until', reason: 'must be later than the first day' },
      ]);
    }
    const revision = held.revision + 1;
    const written = store.write(subject, person.keyring, { record, revision, body });
    const number = body.e.staffNumber;
    const isRenumbered = type.id === 'employment' && number !== held.body.e.staffNumber;
    const statements = isRenumbered
      ? [...written.statements, store.renumber(subject, number as string)]
      : written.statements;
    return {
      ...writeResult(subject, { records: written.records, statements }, false),
      answer: () => ({ id: input.params.rec, revision }),
    };
  },
};
