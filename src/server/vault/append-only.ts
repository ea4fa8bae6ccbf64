/** What stays as it is on record: acknowledgements, and what was acknowledged. It is held where records
 * are written, whoever writes them and by whichever operation. */
import { isDeepStrictEqual } from 'node:util';
import type { RecordType } from '../../catalogue/catalogue.ts';
import { REASONS } from '../../contract/promises.ts';
import { Refusal } from '../fault.ts';
import { isStoredDocument } from './stored-document.ts';

interface Body {
  readonly t: string;
  readonly e: object;
  readonly from: string | null;
}

/** Throws a Refusal unless a record of the type may have `after` as its next revision. */
export function checkStays(
  type: RecordType | undefined,
  before: Body | undefined,
  after: Body,
): void {
  const rule = type?.appendOnly;
  if (rule === undefined) return;
  const isSame = before?.t === after.t && before.from === after.from;
  if (rule === 'values' && isSame && isDeepStrictEqual(before.e, withoutNew(before.e, after.e))) {
    return;
  }
  const { sentence, promise } = REASONS['append-only'];
  throw new Refusal(403, ['append-only'], sentence, { promise });
}

/** A file is attached once the record is there; from then on it stays like everything else. */
function withoutNew(before: object, after: object): object {
  const kept = Object.entries(after).filter(
    ([id, value]) => id in before || !isStoredDocument(value),
  );
  return Object.fromEntries(kept);
}
