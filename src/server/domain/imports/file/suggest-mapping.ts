/** A first mapping for a file, from its headers and some of its rows: what is plain, and nothing else. */
import type { Catalogue } from '../../../../catalogue/catalogue.ts';
import { findElement, findType } from '../../../../catalogue/find.ts';
import type { Mapping, MappingTarget } from '../../../../contract/mapping.ts';
import { keyElement } from './compile-mapping.ts';
import { elementsNamed, squeeze, wholeNameWords } from './header-words.ts';
import { splitName } from './split-name.ts';
import { hasRepeatedPeople, suggestRecords } from './suggest-records.ts';
import { hasDayFirst, suggestTransform } from './suggest-transform.ts';

/**
 * `catalogue` is the client's (adopted), `rows` a sample of the file. A column without a good element
 * is not in the mapping but in `unsuggested`, for a person to decide: nothing is ever discarded here.
 */
export function suggestMapping(
  catalogue: Catalogue,
  headers: string[],
  rows: string[][],
): { mapping: Mapping; unsuggested: string[] } {
  const samples = headers.map((_, index) =>
    rows.map((row) => row[index] ?? '').filter((value) => value !== ''),
  );
  const dayFirst = hasDayFirst(samples);
  const records = suggestRecords(catalogue, headers, rows, samples, dayFirst);
  if (records && hasRepeatedPeople(headers, rows)) return records;
  const columns = new Map<string, MappingTarget[]>();
  const taken = new Set<string>();

  for (const { header, index, id } of candidates(catalogue, headers)) {
    if (columns.has(header) || taken.has(id)) continue;
    if (id === keyElement && !isKey(rows, index)) continue;
    const found = findElement(catalogue, id);
    if (found?.type.about !== 'subject') continue;
    const suggested = suggestTransform(catalogue, found.element, samples[index] ?? [], dayFirst);
    if (suggested === null) continue;
    const { transform } = suggested;
    columns.set(header, [transform ? { element: id, transform } : { element: id }]);
    taken.add(id);
  }
  suggestNames(catalogue, headers, samples, columns, taken);
  const constants = completeTypes(catalogue, columns, taken);

  const touched = [...taken]
    .filter((id) => id !== keyElement)
    .map((id) => findElement(catalogue, id)!);
  if (records && touched.every(({ type }) => type.cardinality === 'many')) return records;
  const mapping: Mapping = { version: 1, columns: {}, key: { generate: 'row', prefix: 'IMP-' } };
  for (const header of headers) {
    const targets = columns.get(header);
    const [only] = targets ?? [];
    if (targets && only) {
      mapping.columns[header] = targets.length === 1 ? only : { elements: targets };
    }
  }
  if (taken.has(keyElement)) mapping.key = { element: keyElement };
  if (Object.keys(constants).length > 0) mapping.constants = constants;
  return { mapping, unsuggested: headers.filter((header) => !columns.has(header)) };
}

/** Every header and element that the words allow, the best names first. */
function candidates(
  catalogue: Catalogue,
  headers: string[],
): { header: string; index: number; id: string }[] {
  const labels = elementLabels(catalogue);
  return headers
    .flatMap((header, index) => {
      const squeezed = squeeze(header);
      const byWord = elementsNamed(squeezed);
      const byLabel = (labels.get(squeezed) ?? []).map((id) => ({ id, rank: 100 }));
      return [...byWord, ...(byLabel.length === 1 ? byLabel : [])].map(({ id, rank }) => ({
        header,
        index,
        id,
        rank,
      }));
    })
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index);
}

function elementLabels(catalogue: Catalogue): Map<string, string[]> {
  const labels = new Map<string, string[]>();
  for (const type of catalogue.types) {
    if (type.about !== 'subject' || type.cardinality === 'many') continue;
    for (const element of type.elements) {
      const label = squeeze(element.label);
      labels.set(label, [...(labels.get(label) ?? []), `${type.id}.${element.id}`]);
    }
  }
  return labels;
}

function isKey(rows: string[][], index: number): boolean {
  const values = rows.map((row) => row[index] ?? '');
  return !values.includes('') && new Set(values).size === values.length;
}

function suggestNames(
  catalogue: Catalogue,
  headers: string[],
  samples: string[][],
  columns: Map<string, MappingTarget[]>,
  taken: Set<string>,
): void {
  const index = headers.findIndex((header) => wholeNameWords.has(squeeze(header)));
  const header = headers[index];
  const names = samples[index] ?? [];
  if (header === undefined || names.length === 0) return;
  if (taken.has('person.lastName') || taken.has('person.firstName')) return;
  const pattern = (['last, first', 'first last'] as const).find(
    (each) => names.filter((name) => splitName(name, each)).length >= names.length * 0.9,
  );
  if (pattern === undefined) return;
  const targets = (['last', 'first', 'middle'] as const)
    .map((part) => ({ element: `person.${part}Name`, transform: { split: { pattern, part } } }))
    .filter(({ element }) => findElement(catalogue, element) && !taken.has(element));
  columns.set(header, targets);
  for (const { element } of targets) taken.add(element);
}

/** Adds what a required element plainly is; a type that still lacks one loses its columns. */
function completeTypes(
  catalogue: Catalogue,
  columns: Map<string, MappingTarget[]>,
  taken: Set<string>,
): Record<string, string> {
  const constants: Record<string, string> = {};
  const base = [...columns].find(([, [target]]) => target?.element === 'pay.base')?.[0] ?? '';
  if (/annual|salary|year/i.test(base) && !taken.has('pay.basis'))
    constants['pay.basis'] = 'annual';

  const ids = [...taken]
    .filter((id) => id !== keyElement)
    .map((id) => id.slice(0, id.indexOf('.')));
  for (const typeId of new Set(ids)) {
    const lacks = findType(catalogue, typeId)?.elements.some((element) => {
      const id = `${typeId}.${element.id}`;
      return element.required && id !== keyElement && !taken.has(id) && !(id in constants);
    });
    if (!lacks) continue;
    for (const [header, targets] of columns) {
      const kept = targets.filter(
        ({ element }) => element === keyElement || !element.startsWith(`${typeId}.`),
      );
      if (kept.length === 0) columns.delete(header);
      else columns.set(header, kept);
    }
    for (const id of Object.keys(constants)) if (id.startsWith(`${typeId}.`)) delete constants[id];
  }
  return constants;
}
