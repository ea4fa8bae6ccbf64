/** What is held of one client: its people, the tags under which their rows stand, and a table for
 * each record type. Filled by `load.ts` only. */
import type { Catalogue, Compartment } from '../../catalogue/catalogue.ts';
import { Tagger } from '../vault/crypto/tag.ts';
import { type HeldType, heldTypes } from './held-types.ts';
import type { ClientAccess } from './messages.ts';
import { newTable, type Table, tableBytes } from './table.ts';
import { UuidIndex } from './uuid-index.ts';

export interface ModelData {
  readonly held: readonly HeldType[];
  /** Subject id → number of the person. */
  readonly people: UuidIndex;
  readonly tables: ReadonlyMap<string, Table>;
  readonly tags: UuidIndex;
  /** Whose tag it is, by number of the tag: person, or -1 for the client itself; and which compartment. */
  readonly tagPerson: number[];
  readonly tagCompartment: Compartment[];
  /** People numbered below this have their tags. */
  tagged: number;
}

export function newModelData(catalogue: Catalogue): ModelData {
  const held = heldTypes(catalogue);
  return {
    held,
    people: new UuidIndex(),
    tables: new Map(held.map((type) => [type.type.id, newTable(type, 16)])),
    tags: new UuidIndex(),
    tagPerson: [],
    tagCompartment: [],
    tagged: 0,
  };
}

/** Makes the rows of these compartments known for people from number `first` on, and for the client. */
export function addTags(
  data: Pick<ModelData, 'people' | 'tags' | 'tagPerson' | 'tagCompartment'>,
  access: ClientAccess,
  compartments: readonly Compartment[],
  first: number,
): void {
  const tagger = new Tagger(access.keys.tag);
  const bytes = Buffer.alloc(16);
  const subject = new Uint8Array(16);
  const add = (person: number, compartment: Compartment) => {
    tagger.write(bytes, subject, 0, compartment);
    const tag = data.tags.add(bytes, 0);
    data.tagPerson[tag] = person;
    data.tagCompartment[tag] = compartment;
  };
  for (const compartment of compartments) add(-1, compartment);
  for (let person = first; person < data.people.size; person++) {
    data.people.copyTo(person, subject, 0);
    for (const compartment of compartments) add(person, compartment);
  }
  tagger.close();
}

/** About how many bytes are held. */
export function modelBytes(data: ModelData): number {
  let bytes = data.people.bytes + data.tags.bytes + 24 * data.tagPerson.length;
  for (const table of data.tables.values()) bytes += tableBytes(table);
  return bytes;
}
