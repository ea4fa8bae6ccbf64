// The catalogues and policies of a bundle, held against the digests that the ledger records (FORMATS §2).
import { hash } from 'node:crypto';
import { jcs } from './jcs.ts';
import { parseJson } from './manifest.ts';
import { faultOf, isCount, shapeOf } from './shape.ts';
import { VerificationError } from './verification-error.ts';

/** A catalogue.adopted fact, or what one would have to say. */
export interface Adopted {
  version: number;
  sha256: string;
}

const CATALOGUE = shapeOf({
  version: isCount(0),
  catalogue: (value) => typeof value === 'object' && value !== null,
});

/** Every catalogue in the file was adopted, and every adopted one is in the file; throws VerificationError('catalogue-digest'). */
export function verifyCatalogues(file: Buffer, adopted: readonly Adopted[]): void {
  const listed = parseJson(file, 'catalogue.json', 'catalogue-digest');
  if (!Array.isArray(listed)) throw wrongCatalogue('catalogue.json: not a list');
  const held = new Set(listed.map(keyOfListed));
  const wanted = new Set(adopted.map(keyOf));
  if (held.size !== listed.length) throw wrongCatalogue('catalogue.json: the same one twice');
  const extra = held.difference(wanted).values().next().value;
  if (extra !== undefined) throw wrongCatalogue(`catalogue ${extra} was never adopted`);
  const absent = wanted.difference(held).values().next().value;
  if (absent !== undefined)
    throw wrongCatalogue(`catalogue ${absent} was adopted, but is not here`);
}

/** The digest that a catalogue.adopted fact records: hex SHA-256 of the catalogue's JCS text. */
export function digestOfCatalogue(catalogue: unknown): string {
  return hash('sha256', jcs(catalogue), 'hex');
}

/** The digest that a policies.loaded fact records, from the hex SHA-256 of each file by its name within policies/. */
export function digestOfPolicies(files: Readonly<Record<string, string>>): string {
  return hash('sha256', jcs(files), 'hex');
}

/** The policies are those last loaded, or there are none of either; throws VerificationError('policies-digest'). */
export function verifyPolicies(
  files: Readonly<Record<string, string>>,
  lastLoaded: string | null,
): void {
  const isEmpty = Object.keys(files).length === 0;
  if (isEmpty && lastLoaded === null) return;
  if (lastLoaded === null) throw wrongPolicies('the ledger records no policies');
  if (isEmpty) throw wrongPolicies('the bundle holds no policies');
  if (digestOfPolicies(files) !== lastLoaded) throw wrongPolicies('not the policies last loaded');
}

function keyOfListed(item: unknown): string {
  const fault = faultOf(item, CATALOGUE);
  if (fault !== null) throw wrongCatalogue(`catalogue.json: ${fault}`);
  const { version, catalogue } = item as { version: number; catalogue: unknown };
  const sha256 = digestOrNull(catalogue);
  if (sha256 === null) throw wrongCatalogue('catalogue.json: a catalogue without JCS form');
  return keyOf({ version, sha256 });
}

function digestOrNull(catalogue: unknown): string | null {
  try {
    return digestOfCatalogue(catalogue);
  } catch {
    return null;
  }
}

function keyOf({ version, sha256 }: Adopted): string {
  return `${version} (${sha256})`;
}

function wrongCatalogue(detail: string): VerificationError {
  return new VerificationError('catalogue-digest', detail);
}

function wrongPolicies(detail: string): VerificationError {
  return new VerificationError('policies-digest', detail);
}
