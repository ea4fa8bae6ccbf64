/** Corrects elements of a record, its effective dates, or ends it. The revision before stays. */
import type { RecordType } from '../../../catalogue/catalogue.ts';
import { findType } from '../../../catalogue/find.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput, conflict, notFound } from '../../fault.ts';
import type { RecordBody } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { changeValues } from '../people/check-values.ts';
import { writeResult } from '../people/write-result.ts';
import { checkReferences } from './check-references.ts';
import { checkReferred, checkSingle, isSingle } from './identity.ts';
import { type About, checkNoImport, ownerOf, typeInPath } from './owner.ts';
import { withReferred } from './references.ts';

interface Given {
  readonly values?: Record<string, unknown>;
  readonly from?: string | null;
  readonly until?: string | null;
  readonly revision?: number;
}

export function correctRecord(about: About): DomainOperation {
  return {
    types: (input, catalogue) => withReferred(catalogue, [typeInPath(about, input, catalogue).id]),
    async run(call) {
      if (about === 'client') checkNoImport(call);
      const { grant, input, at, principal } = call;
      const { store, catalogue } = grant!;
      const owner = ownerOf(about, input);
      const record = parseId('record', input.params.rec)!;
      const given = input.body as Given;
      const read = await store.read(owner);
      const own = read?.records.filter(({ body }) => body.t === input.params.type) ?? [];
      const held = own.find((candidate) => candidate.record === record);
      if (!read || !held) throw notFound();
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
      const next = { record, revision, body, before: held.body };
      const written = store.write(owner, read.keyring, next);
      checkReferred(catalogue, type, held.body, body);
      const others = own.filter((other) => other !== held);
      checkSingle(
        catalogue,
        type,
        body,
        others.map((other) => other.body),
      );
      if (isReferenceChanged(type, held.body, body)) await checkReferences(call, [body]);
      const statements = [...written.statements];
      const number = body.e.staffNumber;
      if (type.id === 'employment' && number !== held.body.e.staffNumber) {
        statements.push(store.renumber(owner, number as string));
      }
      if (isSingle(catalogue, type)) {
        statements.push(store.unchanged(owner, type.id, read, written.records));
      }
      return {
        ...writeResult(owner, { records: written.records, statements }, false),
        answer: () => ({ id: input.params.rec, revision }),
      };
    },
  };
}

/** What a record referred to before may have ended since: only another reference is looked at. */
function isReferenceChanged(type: RecordType, before: RecordBody, after: RecordBody): boolean {
  return (type.refersTo ?? []).some(({ by, dated }) => {
    const ids = [...Object.keys(by), ...(dated === undefined ? [] : [dated])];
    return ids.some((id) => before.e[id] !== after.e[id]);
  });
}
