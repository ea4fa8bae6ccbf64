/** In a thread: what is on record already of the people whom rows are about. */
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { tagOf } from '../../vault/crypto/tag.ts';
import { byteaArray } from '../../vault/pg-arrays.ts';
import type { SealedRecord } from '../../vault/sealed-record.ts';
import type { Caller } from './calls.ts';
import { asBuffer } from './file/detect-encoding.ts';
import type { JobServices, ThreadData } from './thread-messages.ts';

/** A person whom the client has already, with the current records of the compartments that the file
 * touches. */
export interface HeldPerson {
  readonly subject: string;
  readonly wrapped: Buffer;
  readonly records: SealedRecord[];
}

const NOBODY: ReadonlyMap<number, HeldPerson> = new Map();

/** Those in which the file's record types lie. */
export function compartmentsOf(
  { adopted }: ThreadData,
  compiled: { readonly types: readonly { readonly id: string }[] },
): Compartment[] {
  const touched = new Set(compiled.types.map((type) => type.id));
  const types = adopted.types.filter((type) => touched.has(type.id));
  return [...new Set(types.map((type) => type.compartment))];
}

/** The people whose staff numbers have these hashes, by position, with their sealed records. Rows of
 * one person share one. */
export async function readHeld(
  { keys }: ThreadData,
  compartments: readonly Compartment[],
  job: Caller<JobServices>,
  hashes: readonly Buffer[],
): Promise<ReadonlyMap<number, HeldPerson>> {
  const positions = new Map<string, number[]>();
  for (const [i, hash] of hashes.entries()) {
    const name = hash.toString('latin1');
    const list = positions.get(name);
    if (list) list.push(i);
    else positions.set(name, [i]);
  }
  const once = [...positions.values()].map(([first]) => hashes[first!]!);
  const found = await job.call('findPeople', byteaArray(once));
  if (found.length === 0) return NOBODY;
  const people = new Map<number, HeldPerson>();
  const owners = new Map<string, HeldPerson>();
  for (const { hash, subject, keyring } of found) {
    const person = { subject, wrapped: asBuffer(keyring), records: [] };
    for (const at of positions.get(asBuffer(hash).toString('latin1'))!) people.set(at, person);
    for (const compartment of compartments) {
      owners.set(tagOf(keys.tag, subject, compartment), person);
    }
  }
  const records = await job.call('readRecords', [...owners.keys()]);
  for (const record of records) owners.get(record.tag)!.records.push(record);
  return people;
}
