/** Counts of people by a label and by fixed columns, each person in one cell, with their totals; under
 * suppression without what must be withheld. */
import { withhold } from '../suppress.ts';
import { ALL } from './dimension-cells.ts';
import type { ReportCell } from './report.ts';
import { labelsOf } from './withhold-rows.ts';

export interface Counted {
  readonly label: string;
  readonly column: number;
  readonly count: number;
}

export interface CountTable {
  /** Sorted. */
  readonly labels: readonly string[];
  /** Null where withheld. */
  cell(row: number, column: number): ReportCell;
  /** Of all columns of a row. */
  total(row: number): ReportCell;
  /** How many of the cells and totals were withheld. */
  readonly withheld: number;
  /** What is counted, whether or not it may be published. */
  readonly counts: readonly (readonly number[])[];
}

export function countTable(
  counted: readonly Counted[],
  columns: number,
  suppress: boolean,
): CountTable {
  const isOfAll = counted.every(({ label }) => label === ALL);
  const labels = suppress
    ? labelsOf(counted, !isOfAll, ({ label }) => label)
    : labelsOf(counted, false, ({ label }) => label);
  const places = new Map(labels.map((label, i) => [label, i]));
  const counts = labels.map(() => new Array<number>(columns).fill(0));
  for (const { label, column, count } of counted) counts[places.get(label)!]![column]! += count;
  const hidden = suppress ? withhold(counts) : [];
  let withheld = 0;
  for (let row = 0; row < labels.length; row++)
    withheld += hidden[row]?.filter(Boolean).length ?? 0;
  const total = (row: number) => counts[row]!.reduce((sum, count) => sum + count, 0);
  return {
    // What is empty and not withheld was only there to protect others.
    labels,
    // Of a group whose size is withheld even an empty cell would tell something about its people.
    cell: (row, column) =>
      hidden[row]?.[column] || hidden[row]?.[columns] ? null : counts[row]![column]!,
    total: (row) => (hidden[row]?.[columns] ? null : total(row)),
    withheld,
    counts,
  };
}

/** Whether the row says anything: it counts somebody, or something in it is withheld. */
export function isShown(table: CountTable, row: number): boolean {
  return (
    table.labels.length === 1 ||
    table.total(row) !== 0 ||
    table.counts[row]!.some((_, column) => table.cell(row, column) !== 0)
  );
}
