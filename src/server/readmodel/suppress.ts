/**
 * Which cells of a table of counts must be withheld from readers who may not see every record behind
 * it (DESIGN §8). Pure. Counts of 1 to 4 are withheld, and then more until no withheld cell can be
 * computed from what stays: this is cell suppression along cycles (Kelly, Golden, Assad 1992), exact
 * against a reader who also knows that only counts above zero are ever withheld.
 */
import { monthEndOf } from './day.ts';

/** Counts below this are not published. */
const PEOPLE_MIN = 5;
/** Totals appear in other reports as well, so they are withheld only when nothing else helps. */
const TOTAL_COST = 1e12;
/** A withheld zero says less than a withheld count, and looks like more. */
const ZERO_COST = 1e7;

/**
 * For `cells[row][column]`, whole numbers ≥ 0 with published totals of rows, columns and everything:
 * true where withheld. The answer has one row and one column more than the cells: the totals.
 * A list of counts is a table with one row, of which the reader sees the first row of the answer.
 *
 * The totals of a table are withheld exactly where a list of them would withhold them: they are what a
 * report by one of the two dimensions publishes. Where only a zero can protect a count, it is withheld
 * too; a reader then cannot tell a withheld zero from another withheld count. `forced` cells are
 * withheld in any case.
 */
export function withhold(
  cells: readonly (readonly number[])[],
  forced: readonly (readonly boolean[])[] = [],
): boolean[][] {
  const counts = withTotals(cells);
  const hidden = counts.map((row, i) =>
    row.map((count, j) => isSmall(count) || forced[i]?.[j] === true),
  );
  if (cells.length > 1 && cells[0]!.length > 1) hideTotalsAlike(counts, hidden);
  for (let row = 0; row < counts.length; row++) {
    for (let column = 0; column < counts[row]!.length; column++) {
      if (!hidden[row]![column]) continue;
      for (const [i, j] of cheapestCycle(counts, hidden, row, column)) hidden[i]![j] = true;
    }
  }
  return hidden;
}

/** Counts of 1 to 4. */
export function isSmall(count: number): boolean {
  return count > 0 && count < PEOPLE_MIN;
}

/** Whether a reader under suppression may ask for this day. */
export function isMonthEnd(day: number): boolean {
  return monthEndOf(day) === day;
}

/** Withholds among the totals what a report by one of the two dimensions alone withholds. */
function hideTotalsAlike(counts: readonly number[][], hidden: boolean[][]): void {
  const lastRow = counts.length - 1;
  const lastColumn = counts[0]!.length - 1;
  const columns = withhold([counts[lastRow]!.slice(0, lastColumn)])[0]!;
  const rows = withhold([counts.slice(0, lastRow).map((row) => row[lastColumn]!)])[0]!;
  for (let j = 0; j < lastColumn; j++) hidden[lastRow]![j] ||= columns[j]!;
  for (let i = 0; i < lastRow; i++) hidden[i]![lastColumn] ||= rows[i]!;
  hidden[lastRow]![lastColumn] ||= columns[lastColumn]! || rows[lastRow]!;
}

function withTotals(cells: readonly (readonly number[])[]): number[][] {
  const rows = cells.map((row) => [...row, sum(row)]);
  const columns = rows[0]?.map((_, column) => sum(rows.map((row) => row[column]!))) ?? [0];
  return [...rows, columns];
}

/** First without any zero, and so that nothing sinks to zero; then with zeros; a total only if nothing
 * else helps, as where everything there is are single people. */
function cheapestCycle(
  counts: readonly number[][],
  hidden: readonly boolean[][],
  row: number,
  column: number,
): readonly [number, number][] {
  let best: Cycle | null = null;
  for (const least of [1, 0] as const) {
    for (const step of [1, -1] as const) {
      const cycle = cycleThrough(counts, hidden, { row, column, step, least });
      if (cycle !== null && (best === null || cycle.cost < best.cost)) best = cycle;
    }
    if (best !== null && best.cost < TOTAL_COST) break;
  }
  // Counting one more everywhere is always possible, up to the total of everything.
  if (best === null) throw new Error('a count cannot be protected');
  return best.cells;
}

interface Cycle {
  readonly cost: number;
  readonly cells: [number, number][];
}

/**
 * The cheapest set of cells that can all move by one together with the given cell going up (`step`
 * 1) or down (-1), with every total still right: a shortest path in the graph whose nodes are rows
 * and columns and whose edges are counts of `least` and more. Withheld cells cost nothing, and none may
 * sink below `least`. Null when there is none.
 */
function cycleThrough(
  counts: readonly number[][],
  hidden: readonly boolean[][],
  { row, column, step, least }: { row: number; column: number; step: 1 | -1; least: 0 | 1 },
): Cycle | null {
  if (step === -1 && counts[row]![column]! <= least) return null;
  const rows = counts.length;
  const nodes = rows + counts[0]!.length;
  const lastRow = rows - 1;
  const lastColumn = nodes - rows - 1;
  // In a sum that must stay zero totals count negatively, so there a node's edge turns round.
  const sign = (i: number, j: number) => ((i === lastRow) === (j === lastColumn) ? 1 : -1);
  const canMove = (i: number, j: number, by: number) => {
    const count = counts[i]![j]!;
    if (count < least || (i === row && j === column)) return false;
    return by * sign(i, j) > 0 || count > least;
  };
  // The totals below a list repeat it, and nobody sees them.
  const isTotal = (i: number, j: number) =>
    (i === lastRow && lastRow > 1) || (j === lastColumn && (lastColumn > 1 || lastRow === 1));
  const costOf = (i: number, j: number) => {
    if (hidden[i]![j]) return 0;
    if (i === lastRow && lastRow === 1 && j < lastColumn) return 0;
    if (j === lastColumn && lastColumn === 1 && lastRow > 1 && i < lastRow) return 0;
    return (counts[i]![j]! || ZERO_COST) + (isTotal(i, j) ? TOTAL_COST : 0);
  };
  // Moving the cell's signed value up upsets its column, which the path must settle back to its row.
  const isUp = step * sign(row, column) > 0;
  const start = isUp ? rows + column : row;
  const goal = isUp ? row : rows + column;
  const cost = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const previous = new Int32Array(nodes).fill(-1);
  const isDone = new Uint8Array(nodes);
  cost[start] = 0;
  for (;;) {
    let node = -1;
    for (let other = 0; other < nodes; other++) {
      if (!isDone[other] && cost[other]! < (node === -1 ? Number.POSITIVE_INFINITY : cost[node]!)) {
        node = other;
      }
    }
    if (node === -1) return null;
    if (node === goal) break;
    isDone[node] = 1;
    const isColumn = node >= rows;
    for (let other = isColumn ? 0 : rows; other < (isColumn ? rows : nodes); other++) {
      const i = isColumn ? other : node;
      const j = (isColumn ? node : other) - rows;
      if (isDone[other] || !canMove(i, j, isColumn ? -1 : 1)) continue;
      const through = cost[node]! + costOf(i, j);
      if (through < cost[other]!) {
        cost[other] = through;
        previous[other] = node;
      }
    }
  }
  const cells: [number, number][] = [];
  for (let node = goal; node !== start; node = previous[node]!) {
    const other = previous[node]!;
    cells.push(node < rows ? [node, other - rows] : [other, node - rows]);
  }
  return { cost: cost[goal]!, cells };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
