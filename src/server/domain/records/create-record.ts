/** Adds a record to a person, or one about the client itself. In an effective-dated type it ends the
 * record before it. */
import { toId } from '../../../contract/ids.ts';
import { conflict, notFound } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import type { OpenedRecord, ReadRecords, RecordBody } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { changeValues } from '../people/check-values.ts';
import { nextBeginning } from '../people/effective.ts';
import { checkScope } from '../people/scope.ts';
import { writeResult } from '../people/write-result.ts';
import { checkReferences } from './check-references.ts';
import { checkSingle, isSingle } from './identity.ts';
import { ownAcknowledgement } from './own-acknowledgement.ts';
import { type About, checkNoImport, ownerOf, typeInPath } from './owner.ts';
import { withReferred } from './references.ts';

const NOTHING: Omit<ReadRecords, 'keyring'> = { records: [], revisions: new Map() };

export function createRecord(about: About): DomainOperation {
  return {
    types: (input, catalogue) => withReferred(catalogue, [typeInPath(about, input, catalogue).id]),
    async run(call) {
      if (about === 'client') checkNoImport(call);
      const { grant, input, at, principal } = call;
      const { store, catalogue, scope: reach } = grant!;
      const owner = ownerOf(about, input);
      const type = typeInPath(about, input, catalogue);
      const given = input.body as { values: Record<string, unknown>; from: string | null };
      const scope = about === 'subject' ? await checkScope(call, owner) : {};
      const values = reach.kind === 'self' ? await ownAcknowledgement(call, given) : given.values;
      const held = await store.read(owner);
      if (!held && about === 'subject') throw notFound();
      const { records, revisions } = held ?? NOTHING;
      const others = records.filter(({ body }) => body.t === type.id);
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
        e: changeValues(catalogue, type, {}, values),
        from,
        until: isEffective ? nextBeginning(bodies, from!) : null,
        at: now,
        by: toId('user', principal.user),
        via: null,
      };
      checkSingle(catalogue, type, body, bodies);
      await checkReferences(call, [body]);
      const record = newUuid(at);
      const keyring = held?.keyring ?? null;
      const made = store.write(owner, keyring, { record, revision: 1, body });
      const before = isEffective ? endedBy(others, body) : undefined;
      const ended = before && store.write(owner, keyring, before);
      const written = [...made.records, ...(ended?.records ?? [])];
      const { statements } = made;
      if (isSingle(catalogue, type)) {
        statements.push(store.unchanged(owner, type.id, { revisions }, written));
      }
      const result = writeResult(owner, { records: written, statements }, false);
      return {
        ...result,
        work: { ...result.work, ...scope },
        answer: () => ({ id: toId('record', record), revision: 1 }),
      };
    },
  };
}

/** The record in force when the new one begins, with its end set to that day. */
function endedBy(others: readonly OpenedRecord[], next: RecordBody) {
  const before = others.find(
    ({ body }) =>
      (body.from ?? '') < next.from! && (body.until === null || body.until > next.from!),
  );
  if (!before) return undefined;
  const { at, by } = next;
  const body = { ...before.body, until: next.from, at, by, via: null };
  return { record: before.record, revision: before.revision + 1, body, before: before.body };
}
