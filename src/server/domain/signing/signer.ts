/** Whose signature a fact needs. */
import { Refusal } from '../../fault.ts';

/** For whoever would sign what binds somebody else. */
export function notOwn(): Refusal {
  return new Refusal(
    403,
    ['signature-required'],
    'Only the person who is bound by this can sign it.',
    { promise: 'signed-by-a-person' },
  );
}

/** For whoever may only propose, or would sign where nothing is signed. */
export function notYours(): Refusal {
  return new Refusal(
    403,
    ['role-not-permitted'],
    'Nothing is signed here by you: make the call itself.',
    { promise: 'need-to-know' },
  );
}
