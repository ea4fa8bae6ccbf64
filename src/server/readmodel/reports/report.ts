/** What a report is and what it answers. */
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { findElement } from '../../../catalogue/find.ts';
import type { ReportPlace } from '../messages.ts';
import type { ParameterDefinition, ReportParameters } from './parameters.ts';

/**
 * `text` and `date` columns come first and name the row. Counts are whole numbers; `percent` (of a hundred),
 * `decimal` and `money` are decimal texts such as `-3.5`, because a digest is over exact text;
 * the currency of money stands in a column of its own.
 */
export interface ReportColumn {
  readonly id: string;
  readonly label: string;
  readonly type: 'text' | 'date' | 'count' | 'percent' | 'decimal' | 'money';
}

/** Null where a figure is withheld, or where there is none. */
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
  /** What the client's own records say, as far as they were read. */
  readonly reference: ReportReference;
  query(sql: string, parameters?: readonly number[]): Promise<number[][]>;
  /** Word by code of an element; code 0 means no value. */
  words(element: string): readonly string[];
  person(number: number): { subject: string; staffNumber: string | null };
}

/** Records about the client itself that reports need; dates are `YYYY-MM-DD`. */
export interface ReportReference {
  readonly policyVersions?: readonly {
    readonly policy: string;
    readonly version: string;
    readonly from: string | null;
    readonly lastDay: string | null;
  }[];
}

/** The tables in memory, all of the people in scope. */
export type ReportTable =
  | 'employment'
  | 'staffing'
  | 'paying'
  | 'absence'
  | 'training'
  | 'enrolment'
  | 'outcome'
  | 'acknowledgement'
  | 'evaluation';

export const GROUPS = {
  people: 'People',
  pay: 'Pay',
  time: 'Time',
  programmes: 'Programmes and policies',
  filings: 'Filings',
} as const;

export interface Report {
  readonly id: string;
  readonly label: string;
  readonly group: keyof typeof GROUPS;
  /** What is counted, for whoever reads the figures. Formula, sources and edge cases stand in
   * docs/formats/reports.md. */
  readonly description: string;
  readonly parameters: readonly ParameterDefinition[];
  readonly tables: readonly ReportTable[];
  /** Every element that a run with these parameters uses. */
  elements(parameters: ReportParameters): readonly string[];
  run(context: RunContext, parameters: ReportParameters): Promise<ReportResult>;
  /** Whether a run needs the client's versions of its policies. */
  readonly usesPolicyVersions?: true;
  readonly drill?: ReportDrill;
}

/** Who stands behind a figure. Only for reports that use nothing of R4: a list is never made by it. */
export interface ReportDrill {
  /** Every element that the list of people discloses. Whether somebody is employed at all is what
   * every list of people shows. */
  elements(parameters: ReportParameters): readonly string[];
  /** Their numbers. Throws ModelError `bad-query` for a row or column that there is not. */
  people(
    context: RunContext,
    parameters: ReportParameters,
    place: ReportPlace,
  ): Promise<readonly number[]>;
}

export const NOT_RECORDED = '(not recorded)';

/** Days before this mean that there is none. */
export const FIRST_DAY = -1_000_000;

/** From `staffing s`: who is employed on day $1, each with the job in force on that day. Hired by
 * then, and with no last day by then unless hired again after it. */
export const EMPLOYED = `s.from_day <= $1 and $1 < s.until_day
  and s."hireDate" between ${FIRST_DAY} and $1
  and (not (s."terminationDate" between ${FIRST_DAY} and $1)
    or s."rehireDate" > s."terminationDate" and s."rehireDate" <= $1)`;

/** From `s`: the first day of the service that somebody is in on day $1. */
export const SERVICE_FROM = `case when s."rehireDate" > s."terminationDate" and s."rehireDate" <= $1
    and s."terminationDate" >= ${FIRST_DAY} then greatest(s."rehireDate", s."hireDate")
  else s."hireDate" end`;

export const EMPLOYED_ELEMENTS = [
  'employment.hireDate',
  'employment.rehireDate',
  'employment.terminationDate',
] as const;

/** What a word of an element is called. */
export function wordLabel(catalogue: Catalogue, element: string, word: string): string {
  const codes = findElement(catalogue, element)?.element.codes;
  return (codes ? catalogue.codeLists[codes]?.codes[word] : undefined) ?? word;
}
