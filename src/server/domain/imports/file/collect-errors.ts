/** The errors of one file: all counted, the first ones kept. */
import type { RowError } from './map-row.ts';

const errorsKept = 1000;

export interface ErrorList {
  count: number;
  first: RowError[];
}

export function addErrors(list: ErrorList, errors: RowError[]): void {
  list.count += errors.length;
  for (const error of errors) {
    if (list.first.length === errorsKept) return;
    list.first.push(error);
  }
}
