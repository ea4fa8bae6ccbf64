/** From the codes of a dimension to what a reader sees, and back. */
import { ModelError } from '../model-error.ts';
import { DIMENSIONS, type Dimension } from './dimensions.ts';
import { NOT_RECORDED, type RunContext, wordLabel } from './report.ts';

/** The dimension of an id; none for `none` and for no id. */
export function dimensionOf(id: string | undefined): Dimension | undefined {
  return DIMENSIONS.find((dimension) => dimension.id === id);
}

/** What a code of the dimension is called; everybody is `All` without one. */
export function labelOf(
  context: RunContext,
  dimension: Dimension | undefined,
  code: number,
): string {
  if (dimension === undefined) return ALL;
  if (code === 0) return NOT_RECORDED;
  return wordLabel(context.catalogue, dimension.element, context.words(dimension.element)[code]!);
}

export const ALL = 'All';

/** From `s`, the column of a dimension: 0 for no value, and for everybody without a job in force. */
export function columnOf(dimension: Dimension | undefined): string {
  return dimension === undefined ? '0' : `s."${dimension.element.split('.')[1]}"`;
}

/** A condition on `s` for everybody who is counted under this label. Throws when nobody could be. */
export function conditionFor(
  context: RunContext,
  dimension: Dimension | undefined,
  label: string | undefined,
): string {
  if (dimension === undefined) {
    if (label !== ALL) throw noSuchRow();
    return 'true';
  }
  const codes: number[] = [];
  for (let code = 0; code < context.words(dimension.element).length; code++) {
    if (labelOf(context, dimension, code) === label) codes.push(code);
  }
  if (codes.length === 0) throw noSuchRow();
  return `${columnOf(dimension)} in (${codes.join()})`;
}

export function noSuchRow(): ModelError {
  return new ModelError('bad-query', 'this report has no such row', { at: 'row' });
}

export function noSuchColumn(): ModelError {
  return new ModelError('bad-query', 'this column counts no people', { at: 'column' });
}
