/** Gathers checked rows into batches to open: finds whose row it is by its tag, and puts that person's
 * wrapped keyring beside the rows. */
import type { Compartment } from '../../catalogue/catalogue.ts';
import type { CopyRow } from './copy-rows.ts';
import type { Keyrings } from './keyrings.ts';
import type { ModelData } from './model-data.ts';
import { ModelError } from './model-error.ts';
import { type Batch, FIELDS, PERSON_BYTES } from './open-batch.ts';
import { uuidText } from './uuid-index.ts';

export type TagOwners = Pick<ModelData, 'tags' | 'tagPerson' | 'tagCompartment'>;

/** A batch holds about what an import wrote at once: a person's rows of different compartments stand
 * apart in it, and their keyring should be opened only once. */
const ROWS = 12288;
const BYTES = 8 * 1024 * 1024;
/** The first ones are small, so that all threads begin at once. */
const ROWS_FIRST = 256;

/** A batch that also knows the person's number of each row. */
export class Batches {
  readonly #data: TagOwners & Pick<ModelData, 'people'>;
  readonly #keyrings: Keyrings;
  readonly #compartments: readonly Compartment[];
  readonly #open: (batch: Batch) => void;
  readonly #free: Batch[] = [];
  /** By person: the place in the batch, and which batch that was. */
  readonly #places: Int32Array;
  readonly #placedIn: Int32Array;
  #batch: Batch | null = null;
  #number = 0;

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
    this.#places = new Int32Array(data.people.size);
    this.#placedIn = new Int32Array(data.people.size);
  }

  /** Adds a row (record id, revision, tag, ciphertext); rows about the client itself are left out. */
  add(row: CopyRow, revision: number): void {
    const { bytes, start, end } = row;
    const tag = this.#data.tags.find(bytes, start[2]!);
    const person = this.#data.tagPerson[tag];
    if (person === -1) return;
    const ctBytes = end[3]! - start[3]!;
    const batch = this.#batchFor(16 + ctBytes);
    const place = person === undefined ? -1 : this.#placeOf(batch, person);
    if (person === undefined || place === -1) {
      const records = [uuidText(bytes, start[0]!)];
      throw new ModelError('record-does-not-open', 'a stored record is nobody’s', { records });
    }
    const at = FIELDS * batch.count;
    batch.rows[at] = batch.used;
    batch.rows[at + 1] = revision;
    batch.rows[at + 2] = batch.used + 16;
    batch.rows[at + 3] = batch.used + 16 + ctBytes;
    batch.rows[at + 4] = place;
    batch.rows[at + 5] = this.#compartments.indexOf(this.#data.tagCompartment[tag]!);
    bytes.copy(batch.bytes, batch.used, start[0], start[0]! + 16);
    bytes.copy(batch.bytes, batch.used + 16, start[3], end[3]);
    batch.numbers[batch.count] = person;
    batch.used += 16 + ctBytes;
    batch.count++;
  }

  flush(): void {
    const batch = this.#batch;
    this.#batch = null;
    if (batch !== null) this.#open(batch);
  }

  /** Takes back a batch that is no longer needed. */
  reuse(batch: Batch): void {
    if (batch.bytes.length === BYTES && batch.numbers.length === ROWS) this.#free.push(batch);
  }

  #batchFor(bytes: number): Batch {
    const full = this.#batch;
    if (full !== null && (full.count === this.#rowsMax() || full.used + bytes > full.bytes.length))
      this.flush();
    if (this.#batch === null) {
      this.#batch = (bytes <= BYTES && this.#free.pop()) || newBatch(Math.max(BYTES, bytes));
      this.#batch.count = 0;
      this.#batch.used = 0;
      this.#batch.peopleCount = 0;
      this.#number++;
    }
    return this.#batch;
  }

  #rowsMax(): number {
    return this.#number < 20 ? Math.min(ROWS, ROWS_FIRST << this.#number) : ROWS;
  }

  /** Where the person stands in the batch, put there now if need be; -1 without a keyring. */
  #placeOf(batch: Batch, person: number): number {
    if (this.#placedIn[person] === this.#number) return this.#places[person]!;
    const place = batch.peopleCount;
    const at = PERSON_BYTES * place;
    if (!this.#keyrings.copyTo(person, batch.people, at + 16)) return -1;
    this.#data.people.copyTo(person, batch.people, at);
    batch.peopleCount++;
    this.#places[person] = place;
    this.#placedIn[person] = this.#number;
    return place;
  }
}

function newBatch(bytes: number): Batch {
  return {
    count: 0,
    bytes: new Uint8Array(bytes),
    used: 0,
    rows: new Int32Array(FIELDS * ROWS),
    numbers: new Int32Array(ROWS),
    people: new Uint8Array(PERSON_BYTES * ROWS),
    peopleCount: 0,
    texts: new Uint8Array(bytes + 2),
  };
}
