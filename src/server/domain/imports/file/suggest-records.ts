/** A first mapping for a file of records: one row per training, absence or enrolment and not per
 * person. It is of the one record type into which most of its columns fit. */
import type { Catalogue, RecordType } from '../../../../catalogue/catalogue.ts';
import type { Mapping, MappingTarget } from '../../../../contract/mapping.ts';
import { keyElement } from './compile-mapping.ts';
import { elementsNamed, squeeze } from './header-words.ts';
import { rankOf } from './record-words.ts';
import { suggestTransform } from './suggest-transform.ts';

export interface RecordsMapping {
  readonly mapping: Mapping;
  readonly unsuggested: string[];
}

/** Null when no column holds staff numbers in every row, or no type gets all that it requires.
 * `samples` are the values of each column that are not empty. */
export function suggestRecords(
  catalogue: Catalogue,
  headers: readonly string[],
  rows: readonly string[][],
  samples: readonly string[][],
  dayFirst: boolean,
): RecordsMapping | null {
  const key = headers.findIndex(
    (header, i) => isStaffNumber(header) && samples[i]!.length === rows.length,
  );
  if (key < 0) return null;
  const fits = catalogue.types
    .filter((type) => type.about === 'subject' && type.cardinality === 'many')
    .map((type) => fit(catalogue, type, headers, samples, dayFirst, key))
    .filter((columns) => columns !== null);
  const best = fits.toSorted((a, b) => b.size - a.size)[0];
  if (best === undefined) return null;
  const columns: Mapping['columns'] = {};
  for (const [i, header] of headers.entries()) {
    const target = i === key ? { element: keyElement } : best.get(header);
    if (target) columns[header] = target;
  }
  return {
    mapping: { version: 1, columns, key: { element: keyElement } },
    unsuggested: headers.filter((header) => !(header in columns)),
  };
}

/** Whether the staff numbers of a file stand in more than one row each. */
export function hasRepeatedPeople(headers: readonly string[], rows: readonly string[][]): boolean {
  return headers.some((header, i) => {
    const values = rows.map((row) => row[i] ?? '');
    return isStaffNumber(header) && !values.includes('') && new Set(values).size < values.length;
  });
}

function isStaffNumber(header: string): boolean {
  return elementsNamed(squeeze(header)).some(({ id }) => id === keyElement);
}

/** The type's columns by header; null when one that it requires or that identifies it first is missing. */
function fit(
  catalogue: Catalogue,
  type: RecordType,
  headers: readonly string[],
  samples: readonly string[][],
  dayFirst: boolean,
  key: number,
): Map<string, MappingTarget> | null {
  const columns = new Map<string, MappingTarget>();
  const given = new Set<string>();
  const candidates = headers.flatMap((header, i) =>
    type.elements.map((element) => {
      const id = `${type.id}.${element.id}`;
      const byLabel = squeeze(header) === squeeze(element.label) ? 100 : undefined;
      return { header, i, element, id, rank: rankOf(id, header) ?? byLabel };
    }),
  );
  const ranked = candidates.filter(({ rank, i }) => rank !== undefined && i !== key);
  for (const { header, i, element, id } of ranked.toSorted((a, b) => a.rank! - b.rank!)) {
    if (columns.has(header) || given.has(element.id) || element.type === 'document') continue;
    const suggested = suggestTransform(catalogue, element, samples[i]!, dayFirst);
    if (suggested === null) continue;
    const { transform } = suggested;
    columns.set(header, transform ? { element: id, transform } : { element: id });
    given.add(element.id);
  }
  const needed = type.elements.filter(({ required }) => required).map(({ id }) => id);
  const [first] = type.identifiedBy ?? [];
  if (first) needed.push(first);
  // One word alone, such as `date`, says nothing.
  return given.size > 1 && needed.every((id) => given.has(id)) ? columns : null;
}
