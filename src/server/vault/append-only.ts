/** What stays as it is on record: acknowledgements, and what was acknowledged. It is held where records
 * are written, whoever writes them and by whichever operation. */
import { isDeepStrictEqual } from 'node:util';
import type { RecordType } from '../../catalogue/catalogue.ts';
import { REASONS } from '../../contract/promises.ts';
import { Refusal } from '../fault.ts';

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
  const isEnding =
    before?.t === after.t && before.from === after.from && isDeepStrictEqual(before.e, after.e);
  if (rule === 'values' && isEnding) return;
  const { sentence, promise } = REASONS['append-only'];
  throw new Refusal(403, ['append-only'], sentence, { promise });
}
