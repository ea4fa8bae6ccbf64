/** What a call that writes records tells the gate: the writes, and the changes that its entry names. */
import { hash } from 'node:crypto';
import { toId } from '../../../contract/ids.ts';
import { NIL_UUID } from '../../vault/crypto/uuid-bytes.ts';
import type { Statement } from '../../vault/database.ts';
import type { RecordWrite } from '../../vault/sealed-record.ts';
import type { Result } from '../operation.ts';

/** `subject` is NIL_UUID for records about the client itself: then the entry names no person. */
export function writeResult(
  subject: string,
  written: { readonly records: readonly RecordWrite[]; readonly statements: readonly Statement[] },
  isNew: boolean,
): Pick<Result, 'subjects' | 'changes' | 'work'> {
  const { records, statements } = written;
  const isPerson = subject !== NIL_UUID;
  return {
    subjects: isPerson ? [subject] : [],
    changes: records.map(({ record, revision, ct }) => ({
      record: toId('record', record),
      revision,
      digest: `sha256:${hash('sha256', ct)}`,
    })),
    work: {
      ...(isPerson && !isNew && { subjects: [subject] }),
      records,
      ...(statements.length > 0 && { statements }),
      dataChanged: true,
    },
  };
}
