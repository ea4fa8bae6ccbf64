/** Gathers checked rows into batches to open: finds whose row it is by its tag, and puts that person's
 * wrapped keyring beside the rows. */
import type { Compartment } from '../../catalogue/catalogue.ts';
import type { CopyRow } from './copy-rows.ts';
import type { Keyrings } from './load.ts';
import type { ModelData } from './model-data.ts';
import { ModelError } from './model-error.ts';
import { type Batch, FIELDS, PERSON_BYTES } from './open-batch.ts';
import { uuidText } from './uuid-index.ts';

export type TagOwners = Pick<ModelData, 'tags' | 'tagPerson' | 'tagCompartment'>;

const ROWS = 512;
const BYTES = 512 * 1024;

/** A batch that also knows the person's number of each row; only the rest crosses to a helper. */
export class Batches {
  readonly #data: TagOwners & Pick<ModelData, 'people'>;
  readonly #keyrings: Keyrings;
  readonly #compartments: readonly Compartment[];
  readonly #open: (batch: Batch) => void;
  #batch: Batch | null = null;
  #places = new Map<number, number>();

  constructor(
    data: TagOwners & Pick<ModelData, 'people'>,
    keyrings: Keyrings,
    compartments: readonly Compartment[],
    open: (batch: Batch) => void,
  ) {
    this.#data = data;
    this.#keyrings = keyrings;
    this.#compartments = compartments;
    this.#open = open;
  }

  /** Adds a row (record id, revision, tag, ciphertext); rows about the client itself are left out. */
  add(row: CopyRow, revision: number): void {
    const { bytes, start, end } = row;
    const tag = this.#data.tags.find(bytes, start[2]!);
    const person = this.#data.tagPerson[tag];
    if (person === -1) return;
    const keyring = person === undefined ? undefined : this.#keyrings[person];
    if (person === undefined || keyring === undefined) {
      const records = [uuidText(bytes, start[0]!)];
      throw new ModelError('record-does-not-open', 'a stored record is nobody’s', { records });
    }
    const ctBytes = end[3]! - start[3]!;
    const batch = this.#batchFor(16 + ctBytes);
    const at = FIELDS * batch.count;
    batch.rows[at] = batch.used;
    batch.rows[at + 1] = revision;
    batch.rows[at + 2] = batch.used + 16;
    batch.rows[at + 3] = batch.used + 16 + ctBytes;
    batch.rows[at + 4] = this.#placeOf(batch, person, keyring);
    batch.rows[at + 5] = this.#compartments.indexOf(this.#data.tagCompartment[tag]!);
    batch.bytes.set(bytes.subarray(start[0], start[0]! + 16), batch.used);
    batch.bytes.set(bytes.subarray(start[3], end[3]), batch.used + 16);
    batch.numbers[batch.count] = person;
    batch.used += 16 + ctBytes;
    batch.count++;
  }

  flush(): void {
    const batch = this.#batch;
    this.#batch = null;
    this.#places.clear();
    if (batch !== null) this.#open(batch);
  }

  #batchFor(bytes: number): Batch {
    const full = this.#batch;
    if (full !== null && (full.count === ROWS || full.used + bytes > full.bytes.length))
      this.flush();
    this.#batch ??= {
      count: 0,
      bytes: new Uint8Array(Math.max(BYTES, bytes)),
      used: 0,
      rows: new Int32Array(FIELDS * ROWS),
      numbers: new Int32Array(ROWS),
      people: new Uint8Array(PERSON_BYTES * ROWS),
      peopleCount: 0,
    };
    return this.#batch;
  }

  #placeOf(batch: Batch, person: number, keyring: Buffer): number {
    let place = this.#places.get(person);
    if (place === undefined) {
      place = batch.peopleCount++;
      this.#places.set(person, place);
      const at = PERSON_BYTES * place;
      batch.people.set(this.#data.people.bytesAt(person), at);
      batch.people.set(keyring, at + 16);
    }
    return place;
  }
}
