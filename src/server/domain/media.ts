/** Answers that come in more than one form: the caller's Accept chooses among those of the contract. */
import { badInput } from '../fault.ts';

/** What the operation answers then; http sends it as a file of that name. */
export interface MediaAnswer {
  readonly media: string;
  readonly fileName: string;
  readonly content: string | Uint8Array;
}

/**
 * The offered type that `accept` wants most, the first one where it does not say. Throws badInput when
 * it wants none of them (RFC 9110, 12.5.1).
 */
export function chooseMedia(accept: string | undefined, offered: readonly string[]): string {
  if (accept === undefined || accept.trim() === '') return offered[0]!;
  const ranges = accept.slice(0, 1000).split(',').map(rangeOf);
  let best: { readonly type: string; readonly quality: number } | undefined;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > 0 && (!best || quality > best.quality)) best = { type, quality };
  }
  if (best) return best.type;
  throw badInput(`This is answered as ${offered.join(', ')} only.`, [
    { at: 'accept', reason: 'names none of them' },
  ]);
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most specific range counts. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const wanted of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const range = ranges.find((each) => each.type === wanted);
    if (range) return range.quality;
  }
  return 0;
}
