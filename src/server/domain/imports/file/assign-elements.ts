/** Which element each column and constant of a mapping gives, and everything that is wrong with that. */
import type { Element, RecordType } from '../../../../catalogue/catalogue.ts';
import type { Mapping, Transform } from '../../../../contract/mapping.ts';
import { type Catalogues, findTarget } from './find-target.ts';

/** `column` is a header, or null where the fault belongs to no column; `reason` finishes its sentence. */
export interface MappingFault {
  column: string | null;
  reason: string;
}

/** One element of the client's and what gives it: the column at `index`, or a constant. */
export type Assignment = { id: string; type: RecordType; element: Element } & (
  | { header: string; index: number; transform: Transform | undefined }
  | { header: null; constant: unknown }
);

/** The assignments that hold; each one that does not is a fault instead. */
export function assignElements(
  catalogues: Catalogues,
  mapping: Mapping,
  headers: string[],
  about: RecordType['about'] = 'subject',
): { assignments: Assignment[]; discarded: string[]; faults: MappingFault[] } {
  const faults: MappingFault[] = [];
  const discarded: string[] = [];
  const assigned = new Map<string, Assignment>();

  const assign = (header: string | null, id: string, give: object) => {
    const found = findTarget(catalogues, id, about);
    const other = assigned.get(id);
    if ('reason' in found) {
      faults.push({ column: header, reason: found.reason });
    } else if (other) {
      const giver = other.header === null ? 'a constant' : `the column "${other.header}"`;
      faults.push({ column: header, reason: `names ${id}, which ${giver} gives already` });
    } else {
      assigned.set(id, { id, ...found, header, ...give } as Assignment);
    }
  };

  const columns = new Map(
    Object.entries(mapping.columns).map(([name, column]) => [name.normalize('NFC').trim(), column]),
  );
  for (const [index, header] of headers.entries()) {
    const column = columns.get(header);
    if (column === undefined) {
      faults.push({ column: header, reason: 'is not mapped: name its element, or discard it' });
    } else if ('discard' in column) {
      discarded.push(header);
    } else {
      for (const { element, transform } of 'elements' in column ? column.elements : [column]) {
        assign(header, element, { index, transform });
      }
    }
  }
  const present = new Set(headers);
  for (const header of columns.keys()) {
    if (!present.has(header))
      faults.push({ column: header, reason: 'is mapped and not in the file' });
  }
  for (const [id, constant] of Object.entries(mapping.constants ?? {})) {
    assign(null, id, { constant });
  }
  return { assignments: [...assigned.values()], discarded, faults };
}
