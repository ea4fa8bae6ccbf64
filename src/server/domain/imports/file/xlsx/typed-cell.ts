/** Cells of a workbook that are not just text stand in a row with a mark in front that no text can
 * have, so that a day or an amount is read as what it is, whatever the mapping says of its writing. */

const MARK = '\u0001';

/** `number`: canonical decimal text. `date`: YYYY-MM-DD. `error`: why it has no value. */
export type CellKind = 'number' | 'date' | 'error';

const MARKS: Readonly<Record<CellKind, string>> = { number: 'n', date: 'd', error: 'e' };
const KINDS: Readonly<Record<string, CellKind>> = { n: 'number', d: 'date', e: 'error' };

export const typedCell = (kind: CellKind, text: string): string => MARK + MARKS[kind] + text;

/** A text cell as it may stand in a row; null where it begins with the mark itself. */
export function textCell(text: string): string | null {
  return text.trimStart().startsWith(MARK) ? null : text;
}

export function openCell(cell: string): { kind: CellKind | 'text'; text: string } {
  if (!cell.startsWith(MARK)) return { kind: 'text', text: cell };
  return { kind: KINDS[cell.charAt(1)] ?? 'error', text: cell.slice(2) };
}

/** As a person would see it: what an error stands for is nothing. */
export function plainCell(cell: string): string {
  const { kind, text } = openCell(cell);
  return kind === 'error' ? '' : text;
}
