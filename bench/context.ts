/** What every row of the bench works with. */
import type { Catalogue } from '../src/catalogue/catalogue.ts';
import type { Row } from './measure.ts';
import type { Side, SideClient } from './side.ts';

/** A side with its clients: one large, and many with the same number of staff each. */
export interface Runner {
  side: Side;
  large: SideClient;
  many: SideClient[];
}

/** How many of the many clients both sides have: the comparison of sides uses these. */
export const CLIENTS = 100;

export interface BenchContext {
  bare: Runner;
  /** Null while bare is measured alone. */
  worksmartly: Runner | null;
  /** Staff of the large client. */
  size: number;
  rounds: number;
  /** Length of a timed round, in seconds. */
  roundSeconds: number;
  /** Seconds after which no further round of a slow figure begins. */
  slowSeconds: number;
  entries: number;
  catalogue: Catalogue;
  /** The row of the import, which has been measured while both sides were filled. */
  imported: Row[];
  /** Says something that belongs beside the table: blocks read, variants, sizes of answers. */
  note: (text: string) => void;
}

/** One line of the bench table, or several that are measured together. */
export type MeasureRows = (context: BenchContext) => Promise<Row[]>;

/** Picks one after the other, over and over. */
export function cycle<T>(list: readonly T[]): () => T {
  let at = 0;
  return () => list[at++ % list.length] as T;
}

/** The list beginning at another place, so that nobody is always first. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
