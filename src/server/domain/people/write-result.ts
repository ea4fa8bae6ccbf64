/** What a call that writes records tells the gate: the writes, and the changes that its entry names. */
import { hash } from 'node:crypto';
import { toId } from '../../../contract/ids.ts';
import type { Statement } from '../../vault/database.ts';
import type { RecordWrite } from '../../vault/sealed-record.ts';
import type { Result } from '../operation.ts';

export function writeResult(
  subject: string,
  written: { readonly records: readonly RecordWrite[]; readonly statements: readonly Statement[] },
  isNew: boolean,
): Pick<Result, 'subjects' | 'changes' | 'work'> {
  const { records, statements } = written;
  return {
    subjects: [subject],
    changes: records.map(({ record, revision, ct }) => ({
      record: toId('record', record),
      revision,
      digest: `sha256:${hash('sha256', ct)}`,
    })),
    work: {
      ...(!isNew && { subjects: [subject] }),
      records,
      ...(statements.length > 0 && { statements }),
      dataChanged: true,
    },
  };
}
