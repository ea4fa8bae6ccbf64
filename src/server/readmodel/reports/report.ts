/** What a report is and what it answers. */
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { findElement } from '../../../catalogue/find.ts';
import type { Dimension } from './dimensions.ts';
import type { ParameterDefinition, ReportParameters } from './parameters.ts';

export interface ReportColumn {
  readonly id: string;
  readonly label: string;
  readonly type: 'text' | 'count';
}

/** Null where a count is withheld. */
export type ReportCell = string | number | null;

/** A person whom a report cannot place, and the elements for want of which. */
export interface ReportException {
  /** Bare uuid. */
  readonly subject: string;
  readonly staffNumber: string | null;
  readonly missing: readonly string[];
}

export interface ReportResult {
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly ReportCell[])[];
  /** Whether the rules of suppression were applied, and how many counts they withheld. */
  readonly suppressed: boolean;
  readonly withheld: number;
  /** All who could not be placed; `items` names the first 1,000. Null under suppression. */
  readonly exceptions: {
    readonly count: number;
    readonly items: readonly ReportException[];
  } | null;
}

/** What a report reads: views of the people in scope, as codes and days. */
export interface RunContext {
  readonly catalogue: Catalogue;
  readonly suppress: boolean;
  query(sql: string, parameters?: readonly number[]): Promise<number[][]>;
  /** Word by code of an element; code 0 means no value. */
  words(element: string): readonly string[];
  person(number: number): { subject: string; staffNumber: string | null };
}

export interface Report {
  readonly id: string;
  readonly label: string;
  readonly parameters: readonly ParameterDefinition[];
  /** Every element that a run with these parameters uses. */
  elements(parameters: ReportParameters): readonly string[];
  run(context: RunContext, parameters: ReportParameters): Promise<ReportResult>;
}

export const NOT_RECORDED = '(not recorded)';

/** Days before this mean that there is none. */
const FIRST_DAY = -1_000_000;

/** From `staffing s`: who is employed on day $1 (hired by then, no last day by then), each with the
 * job in force on that day. */
export const EMPLOYED = `s.from_day <= $1 and $1 < s.until_day
  and s."hireDate" between ${FIRST_DAY} and $1
  and not (s."terminationDate" between ${FIRST_DAY} and $1)`;

export const EMPLOYED_ELEMENTS = ['employment.hireDate', 'employment.terminationDate'] as const;

/** What a word of an element is called. */
export function wordLabel(catalogue: Catalogue, element: string, word: string): string {
  const codes = findElement(catalogue, element)?.element.codes;
  return (codes ? catalogue.codeLists[codes]?.codes[word] : undefined) ?? word;
}

/** The column of a dimension: 0 for no value, and for everybody without a job in force. */
export function columnOf(dimension: Dimension): string {
  return `s."${dimension.element.split('.')[1]}"`;
}
