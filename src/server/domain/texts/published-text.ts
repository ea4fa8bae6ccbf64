/** A published version of a text: where it lies, its parts, and whether somebody has viewed all of them. */

import { uuidOf } from '../../../contract/ids.ts';
import { Fault } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { Published } from '../../ledger/authority.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { selectViews } from '../../vault/sealed-text-sql.ts';
import { readText } from './sealed-text.ts';

/** Characters of a part, about two pages; parts end at the end of a line where one is near. */
const PART_CHARACTERS = 6_000;

/** The parts in which a text is shown, one at least; joined they are the text. */
export function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const most = from + PART_CHARACTERS;
    const line = text.lastIndexOf('\n', most - 1) + 1;
    const end = most >= text.length ? text.length : line > from ? line : wholeAt(text, most);
    parts.push(text.slice(from, end));
    from = end;
  }
  return parts;
}

/** The text of a version, from the ledger that published it. Throws a Fault where it is gone. */
export async function publishedText(
  house: House,
  state: LedgerState,
  { fact }: Published,
): Promise<string> {
  const { provider } = house.ledgers;
  const own = await readText(house, state, fact.document);
  const text = own ?? (await readText(house, provider, fact.document));
  if (text === null) throw new Fault('text-missing', 'a published text is not kept');
  return text;
}

/** Whether this user (bare uuid) has viewed every part of it in this ledger. */
export async function hasViewed(
  house: House,
  state: LedgerState,
  user: string,
  published: Published,
): Promise<boolean> {
  const { length } = partsOf(await publishedText(house, state, published));
  return (await viewedParts(house, state, user, published)).size >= length;
}

/** The parts that the user has viewed, from 1. */
export async function viewedParts(
  { database }: House,
  state: LedgerState,
  user: string,
  { fact }: Published,
): Promise<Set<number>> {
  const [rows] = await database.batch([state.id], [selectViews(state.id, user, uuidOf(fact.id))]);
  return new Set(rows!.map((row) => row.part as number));
}

/** No character is cut in two. */
function wholeAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
