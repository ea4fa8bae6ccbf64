/** Adds a record to a person. In an effective-dated type it ends the record before it. */
import { findType } from '../../../catalogue/find.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput, conflict, notFound } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import type { OpenedRecord, RecordBody } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { changeValues } from './check-values.ts';
import { nextBeginning } from './effective.ts';
import { writeResult } from './write-result.ts';

export const createRecord: DomainOperation = {
  types(input, catalogue) {
    const type = findType(catalogue, input.params.type!);
    if (type?.about !== 'subject') {
      throw badInput('This record cannot be made.', [
        { at: 'type', reason: 'is not a record type about people that this client adopted' },
      ]);
    }
    return [type.id];
  },
  async run({ grant, input, at, principal }) {
    const { store, catalogue } = grant!;
    const subject = parseId('subject', input.params.sub)!;
    const type = findType(catalogue, input.params.type!)!;
    const given = input.body as { values: Record<string, unknown>; from: string | null };
    const person = await store.read(subject);
    if (!person) throw notFound();
    const others = person.records.filter(({ body }) => body.t === type.id);
    if (type.cardinality === 'one' && others.length > 0) {
      throw conflict('record-exists', 'There is one such record already. Correct that one.');
    }
    const now = new Date(at).toISOString();
    const isEffective = type.cardinality === 'effective';
    const from = isEffective ? (given.from ?? now.slice(0, 10)) : given.from;
    const bodies = others.map((other) => other.body);
    if (isEffective && bodies.some((other) => other.from === from)) {
      throw conflict(
        'record-exists',
        'Such a record begins on that day already. Correct that one.',
      );
    }
    const body: RecordBody = {
      t: type.id,
      e: changeValues(catalogue, type, {}, given.values),
      from,
      until: isEffective ? nextBeginning(bodies, from!) : null,
      at: now,
      by: toId('user', principal.user),
      via: null,
    };
    const record = newUuid(at);
    const made = store.write(subject, person.keyring, { record, revision: 1, body });
    const before = isEffective ? endedBy(others, body) : undefined;
    const ended = before && store.write(subject, person.keyring, before);
    return {
      ...writeResult(
        subject,
        { records: [...made.records, ...(ended?.records ?? [])], statements: made.statements },
        false,
      ),
      answer: () => ({ id: toId('record', record), revision: 1 }),
    };
  },
};

/** The record in force when the new one begins, with its end set to that day. */
function endedBy(others: readonly OpenedRecord[], next: RecordBody) {
  const before = others.find(
    ({ body }) =>
      (body.from ?? '') < next.from! && (body.until === null || body.until > next.from!),
  );
  if (!before) return undefined;
  const { at, by } = next;
  const body = { ...before.body, until: next.from, at, by, via: null };
  return { record: before.record, revision: before.revision + 1, body };
}
