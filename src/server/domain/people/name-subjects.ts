/** The people of an answer as its entry names them: up to 100 one by one, more as count and digest
 * with the list sealed beside it. */
import { randomUUID } from 'node:crypto';
import { ENTRY_LIST_MAX } from '#verifier/entry.ts';
import { jcs } from '#verifier/jcs.ts';
import { toId } from '../../../contract/ids.ts';
import { subjectList } from '../../ledger/draft.ts';
import type { Attachment } from '../../ledger/work.ts';
import type { Result } from '../operation.ts';

/** From bare uuids, nobody twice. */
export function nameSubjects(subjects: readonly string[]): {
  readonly subjects: NonNullable<Result['subjects']>;
  readonly attachment?: Attachment;
} {
  if (subjects.length <= ENTRY_LIST_MAX) return { subjects };
  const ids = subjects.map((subject) => toId('subject', subject) as string).sort();
  const parts = [{ kind: 'subjects' as const, bytes: Buffer.from(jcs(ids)) }];
  return { subjects: subjectList(subjects), attachment: { id: randomUUID(), parts } };
}
