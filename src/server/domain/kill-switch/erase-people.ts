/** Erases people on the client's written order: their keys are destroyed, and every row that is theirs is
 * deleted, what is otherwise never cleared too. The ledger keeps their pseudonymous ids, and says of each
 * of their records that nothing is stored of it any more (decisions/0013). */
import { parseId, toId } from '../../../contract/ids.ts';
import { conflict, notFound } from '../../fault.ts';
import { attachmentStatements } from '../../ledger/attachments.ts';
import { COMPARTMENTS } from '../../ledger/changed-records.ts';
import { tagOf } from '../../vault/crypto/tag.ts';
import type { Row } from '../../vault/database.ts';
import { eraseStatements } from '../../vault/erasure-sql.ts';
import { readWhole } from '../../vault/keyring-sql.ts';
import { keyringsNowStatement, sealedRecordOf } from '../../vault/records-sql.ts';
import { isStoredDocument } from '../../vault/stored-document.ts';
import type { Call } from '../operation.ts';
import { signable } from '../signing/signs.ts';
import { goneChanges } from './gone-changes.ts';

interface Order {
  readonly subjects: readonly string[];
  readonly document: string;
}

export const erasePeople = signable(
  {
    async draft(call, { uuid }) {
      const { house, state, principal, input } = call;
      const { subjects: ids, document } = input.body as Order;
      const subjects = ids.map((id) => parseId('subject', id)!);
      if (state.head.pending !== null) {
        throw conflict('import-under-way', 'An import is under way. Wait for its end.');
      }
      const known = keyringsNowStatement(state.id, subjects);
      const [rows] = await house.database.batch([state.id], [known]);
      if (rows!.length !== subjects.length) throw notFound();
      const id = toId('erasure', uuid);
      const by = toId('user', principal.user);
      const fact = {
        type: 'erasure.ordered',
        ...{ id, subjects: [...ids].sort(), document, by, signature: null },
      } as const;
      return {
        fact,
        record: async (signed) => {
          const { result, statements, before, attachment, records } = await gone(
            call,
            subjects,
            uuid,
          );
          const { dataVersion } = state.head;
          return {
            ...result,
            facts: {
              list: [{ state, fact: signed }],
              before,
              statements,
              data: { dataVersion, pending: null, isPurged: true, attachment },
            },
            answer: () => ({ id, records }),
          };
        },
      };
    },
  },
  { types: () => 'all' },
);

/** What is to be deleted, as it stands now, and what the entry says of it. */
async function gone({ house, state, grant }: Call, subjects: readonly string[], id: string) {
  const owners = new Map<string, string>();
  for (const subject of subjects) {
    for (const compartment of COMPARTMENTS) {
      owners.set(tagOf(state.clientKeys.tag, subject, compartment), subject);
    }
  }
  const tags = [...owners.keys()];
  const [rows] = (await house.database.batch(
    [state.id],
    [readWhole(state.id, subjects, tags)],
  )) as [Row[]];
  const keyrings = new Map(
    rows
      .filter((row) => row.record_id === null)
      .map((row) => [row.tag as string, row.ct as Buffer]),
  );
  const revisions = rows.filter((row) => row.record_id !== null);
  const documents = new Set<string>();
  for (const row of revisions) {
    const subject = owners.get(row.tag as string)!;
    const opened = grant!.store.open(subject, keyrings.get(subject)!, [sealedRecordOf(row, false)]);
    for (const { body } of opened) {
      for (const value of Object.values(body.e)) {
        if (isStoredDocument(value)) documents.add(parseId('document', value.document)!);
      }
    }
  }
  const { changes, parts, records } = goneChanges(revisions);
  const result = { types: [], subjects, ...(changes && { changes }) };
  const at = Math.max(house.now(), state.head.at);
  return {
    result,
    records,
    attachment: parts.length > 0 ? id : null,
    before: attachmentStatements(state.keys, state.id, { id, parts }, at),
    statements: eraseStatements(
      state.id,
      { subjects, tags, documents: [...documents] },
      revisions.length,
    ),
  };
}
