/** Suppression of counts that stand in rows: one or two labels and a count. */
import { ModelError } from '../model-error.ts';
import { withhold } from '../suppress.ts';
import type { ReportCell } from './report.ts';

/** Beyond this the search for what to withhold would take too long. */
const SIDE_MAX = 2000;

/** The rows with withheld counts as null. Labels must be unique; at most two before the count. */
export function withholdRows(rows: readonly (readonly ReportCell[])[]): {
  rows: ReportCell[][];
  withheld: number;
} {
  const left = new Map<ReportCell, number>();
  const top = new Map<ReportCell, number>();
  const places = rows.map((row) => {
    const [first, second] =
      row.length === 3 ? [row[0]!, row[1]!] : ['', row.length === 2 ? row[0]! : ''];
    return [numberOf(left, first), numberOf(top, second)] as const;
  });
  if (left.size + top.size > SIDE_MAX) {
    throw new ModelError('bad-query', 'these dimensions make too many counts to protect', {
      at: 'dimensions',
    });
  }
  const cells = Array.from({ length: left.size }, () => new Array<number>(top.size).fill(0));
  for (const [i, [row, column]] of places.entries()) cells[row]![column] = countOf(rows[i]!);
  const hidden = cells.length === 0 ? [] : withhold(cells);
  let withheld = 0;
  const published = rows.map((row, i) => {
    const [at, column] = places[i]!;
    if (!hidden[at]![column]) return [...row];
    withheld++;
    return [...row.slice(0, -1), null];
  });
  return { rows: published, withheld };
}

function countOf(row: readonly ReportCell[]): number {
  return row.at(-1) as number;
}

function numberOf(numbers: Map<ReportCell, number>, label: ReportCell): number {
  const known = numbers.get(label);
  if (known !== undefined) return known;
  numbers.set(label, numbers.size);
  return numbers.size - 1;
}
