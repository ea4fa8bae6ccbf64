/** Suppression of counts that stand in rows: up to two labels and a count. */
import { ModelError } from '../model-error.ts';
import { withhold } from '../suppress.ts';
import { NOT_RECORDED, type ReportCell } from './report.ts';

/** Beyond this the search for what to withhold would take too long. */
const SIDE_MAX = 2000;

/**
 * The rows with withheld counts as null, in the order of their labels. Labels must be unique. A row
 * that says `(not recorded)` may be added: where nothing else protects a count, a withheld zero does.
 * Which totals would be withheld depends on the labels alone, so that it is the same in every report.
 */
export function withholdRows(rows: readonly (readonly ReportCell[])[]): {
  rows: ReportCell[][];
  withheld: number;
} {
  if (rows.length === 0) return { rows: [], withheld: 0 };
  const width = rows[0]!.length - 1;
  const placeOf = (row: readonly ReportCell[]) =>
    width === 2 ? [String(row[0]), String(row[1])] : ['', width === 1 ? String(row[0]) : ''];
  const left = labelsOf(rows, width === 2, (row) => placeOf(row)[0]!);
  const top = labelsOf(rows, width > 0, (row) => placeOf(row)[1]!);
  if (left.length + top.length > SIDE_MAX) {
    throw new ModelError('bad-query', 'these dimensions make too many counts to protect', {
      at: 'dimensions',
    });
  }
  const lefts = new Map(left.map((label, i) => [label, i]));
  const tops = new Map(top.map((label, i) => [label, i]));
  const cells = left.map(() => new Array<number>(top.length).fill(0));
  for (const row of rows) {
    const [i, j] = placeOf(row) as [string, string];
    cells[lefts.get(i)!]![tops.get(j)!] = row.at(-1) as number;
  }
  const hidden = withhold(cells);
  const published: ReportCell[][] = [];
  let withheld = 0;
  for (const [i, first] of left.entries()) {
    for (const [j, second] of top.entries()) {
      const isHidden = hidden[i]![j]!;
      if (cells[i]![j] === 0 && !isHidden && width > 0) continue;
      if (isHidden) withheld++;
      published.push([...[first, second].slice(2 - width), isHidden ? null : cells[i]![j]!]);
    }
  }
  return { rows: published, withheld };
}

/** Sorted; a dimension that exists always has the label for what is not recorded. */
export function labelsOf<R>(
  rows: readonly R[],
  isDimension: boolean,
  labelOf: (row: R) => string,
): string[] {
  const labels = new Set(rows.map(labelOf));
  if (isDimension) labels.add(NOT_RECORDED);
  return [...labels].sort();
}
