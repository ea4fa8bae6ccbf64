// A ledger entry (FORMATS §1): its closed shape, and its one spelling in bytes (RFC 8785).
import { checkEntry } from './entry-shape.ts';
import type { Fact, Role, Side } from './fact.ts';
import { jcs } from './jcs.ts';
import { ShapeError } from './shape.ts';

/** The length limit of one entry in bytes: tlog-tiles writes it as an unsigned 16-bit number. */
export const ENTRY_BYTES_MAX = 65_535;

/** Lists longer than this are replaced by their count and digest. */
export const ENTRY_LIST_MAX = 100;

export interface Change {
  record: string;
  revision: number;
  /** `sha256:` and the hex SHA-256 of the stored ciphertext. */
  digest: string;
}

/** Stands for a list of more than ENTRY_LIST_MAX: `sha256:` and the hex SHA-256 of its JCS text. */
export interface ListDigest {
  count: number;
  digest: string;
}

export interface Entry {
  v: 1 | 2;
  at: string;
  kind: 'access' | 'fact' | 'system';
  actor: string;
  side: Side;
  role: Role | null;
  via: string | null;
  op: string;
  outcome: 'allowed' | 'refused' | 'failed';
  purpose: string | null;
  instruction: string | null;
  types: readonly string[];
  subjects: readonly string[] | ListDigest;
  changes: readonly Change[] | ListDigest | null;
  reasons: readonly string[];
  context: {
    authentication: 'token' | 'passkey' | 'oidc' | 'job';
    session: string | null;
    /** `id` is that of the `office.opened` or `exception.granted` fact. */
    place: { kind: 'office' | 'vpn' | 'exception' | 'unchecked'; id: string | null };
    /** The passkey that the session began with; entries of version 1 have none. */
    passkey?: string | null;
  };
  fact: Fact | null;
  source: { index: number } | null;
  salt: string;
  /** How many rows were released, where it is rows and not single people that were; entries of version 1 have none. */
  rows?: number | null;
}

/**
 * The bytes of an entry, without a newline. Throws ShapeError, naming the key and never the value, if a key is missing,
 * unknown or malformed, a list is unsorted, or the result is longer than ENTRY_BYTES_MAX.
 */
export function encodeEntry(entry: Entry): Buffer {
  checkEntry(entry);
  const bytes = Buffer.from(writeEntry(entry), 'utf8');
  if (bytes.length > ENTRY_BYTES_MAX) throw new ShapeError('entry: longer than 65535 bytes');
  return bytes;
}

/** Reads the bytes of an entry (without newline); throws ShapeError or SyntaxError unless they are exactly its one spelling. */
export function parseEntry(bytes: Uint8Array): Entry {
  if (bytes.length > ENTRY_BYTES_MAX) throw new ShapeError('entry: longer than 65535 bytes');
  const entry: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  checkEntry(entry);
  // Catches spaces, key order, escapes, repeated keys, invalid UTF-8: whatever JSON.parse lets pass.
  if (Buffer.compare(Buffer.from(writeEntry(entry), 'utf8'), bytes) !== 0) {
    throw new ShapeError('entry: not in canonical form');
  }
  return entry;
}

// Every string but those in a fact is of a form that needs no escaping (ids.ts), and the keys are in JCS order:
// about five times as fast as jcs(), and a test holds the two equal.
function writeEntry(e: Entry): string {
  const { authentication, place, session } = e.context;
  const passkey = e.v === 1 ? '' : `,"passkey":${quoted(e.context.passkey ?? null)}`;
  const rows = e.v === 1 ? '' : `,"rows":${e.rows ?? null}`;
  return (
    `{"actor":"${e.actor}","at":"${e.at}","changes":${e.changes === null ? 'null' : writeChanges(e.changes)}` +
    `,"context":{"authentication":"${authentication}"${passkey},"place":{"id":${quoted(place.id)},"kind":"${place.kind}"}` +
    `,"session":${quoted(session)}},"fact":${e.fact === null ? 'null' : jcs(e.fact, { integersOnly: true })}` +
    `,"instruction":${quoted(e.instruction)},"kind":"${e.kind}","op":"${e.op}","outcome":"${e.outcome}"` +
    `,"purpose":${quoted(e.purpose)},"reasons":${list(e.reasons)},"role":${quoted(e.role)}${rows},"salt":"${e.salt}"` +
    `,"side":"${e.side}","source":${e.source === null ? 'null' : `{"index":${e.source.index}}`}` +
    `,"subjects":${isDigest(e.subjects) ? writeDigest(e.subjects) : list(e.subjects)}` +
    `,"types":${list(e.types)},"v":${e.v},"via":${quoted(e.via)}}`
  );
}

function writeChanges(changes: readonly Change[] | ListDigest): string {
  if (isDigest(changes)) return writeDigest(changes);
  const written = changes.map(
    ({ digest, record, revision }) =>
      `{"digest":"${digest}","record":"${record}","revision":${revision}}`,
  );
  return `[${written.join(',')}]`;
}

function writeDigest({ count, digest }: ListDigest): string {
  return `{"count":${count},"digest":"${digest}"}`;
}

function isDigest(value: readonly unknown[] | ListDigest): value is ListDigest {
  return !Array.isArray(value);
}

function list(values: readonly string[]): string {
  return values.length === 0 ? '[]' : `["${values.join('","')}"]`;
}

function quoted(value: string | null): string {
  return value === null ? 'null' : `"${value}"`;
}
