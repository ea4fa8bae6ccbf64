// Makes evidence bundles for tests: by the rules unless told otherwise, since most tests need one that breaks a single rule.
import { createPrivateKey, hash, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { formatCheckpoint } from '../src/checkpoint.ts';
import { digestOfCatalogue, digestOfPolicies } from '../src/documents.ts';
import { type Entry, encodeEntry } from '../src/entry.ts';
import { leafHash, rootOfLeaves } from '../src/merkle.ts';
import { formatNote, formatVkey, signNoteText } from '../src/note.ts';
import { accessEntry, factEntry, idOf, timeOf } from './sample.ts';
import { FACTS } from './sample-facts.ts';

export const CLIENT = idOf('cli', 1);
export const ORIGIN = `worksmartly/${CLIENT}`;

export interface LogKey {
  privateKey: KeyObject;
  publicKey: Buffer;
  vkey: string;
}

/** An Ed25519 key made from a number; never for anything but tests. */
export function logKey(n: number, name = ORIGIN): LogKey {
  const seed = hash('sha256', `log key ${n}`, 'buffer');
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = Buffer.concat([prefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x } = privateKey.export({ format: 'jwk' });
  const publicKey = Buffer.from(x!, 'base64url');
  return { privateKey, publicKey, vkey: formatVkey(name, publicKey) };
}

const CATALOGUE = { version: 1, codeLists: {}, types: [{ id: 'person', limit: 1.5 }] };
const POLICY = 'permit (principal, action, resource);\n';
const POLICY_NAME = 'a.cedar';

/** Facts that cover accessEntry: the ten things that must be there before a provider's user may read. */
export function openingEntries(): Entry[] {
  const sha256 = digestOfCatalogue(CATALOGUE);
  const policies = digestOfPolicies({ [POLICY_NAME]: hash('sha256', POLICY, 'hex') });
  return [
    factEntry(0, { ...FACTS['log.key'], vkey: logKey(1).vkey }),
    factEntry(0, { ...FACTS['catalogue.adopted'], sha256 }),
    factEntry(0, { ...FACTS['policies.loaded'], sha256: policies }),
    factEntry(0, FACTS['client.status']),
    factEntry(0, FACTS['user.registered']),
    factEntry(0, FACTS['nda.signed']),
    factEntry(0, FACTS['agreement.accepted']),
    factEntry(0, FACTS['notice.accepted']),
    factEntry(0, FACTS['instruction.given']),
    factEntry(0, FACTS['assignment.started']),
  ];
}

/** The opening facts, then `reads` allowed reads a millisecond apart. */
export function goodLedger(reads = 5): Entry[] {
  return [...openingEntries(), ...Array.from({ length: reads }, (_, i) => accessEntry(i + 1))];
}

export { accessEntry, FACTS, factEntry, idOf, timeOf };

export function linesOf(entries: readonly Entry[]): Buffer[] {
  return entries.map(encodeEntry);
}

/** The signed checkpoint of these lines. */
export function checkpointOf(
  lines: readonly Buffer[],
  key: LogKey = logKey(1),
  origin = ORIGIN,
): string {
  const root = rootOfLeaves(lines.map(leafHash));
  const text = formatCheckpoint({ origin, size: lines.length, root });
  return formatNote(text, [signNoteText(text, origin, key.privateKey, key.publicKey)]);
}

export type Files = Record<string, Buffer>;

/** The members of a bundle over these lines; `changed` replaces some before the manifest is made. */
export function filesOf(
  lines: readonly Buffer[],
  changed: Record<string, string | Buffer> = {},
): Files {
  const newline = Buffer.from('\n');
  const files: Record<string, string | Buffer> = {
    checkpoint: checkpointOf(lines),
    'keys.json': JSON.stringify({ log: logKey(1).vkey, previous: [] }),
    'entries.jsonl': Buffer.concat(lines.flatMap((line) => [line, newline])),
    'catalogue.json': JSON.stringify([{ version: 1, catalogue: CATALOGUE }]),
    [`policies/${POLICY_NAME}`]: POLICY,
    ...changed,
  };
  const buffers = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)] as const);
  const digests = buffers.map(([name, bytes]) => [name, hash('sha256', bytes, 'hex')]);
  const manifest = {
    format: 'worksmartly-evidence/1',
    client: CLIENT,
    size: lines.length,
    files: Object.fromEntries(digests),
  };
  return { 'manifest.json': Buffer.from(JSON.stringify(manifest)), ...Object.fromEntries(buffers) };
}

/** A directory that is gone after the test. */
export function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'worksmartly-verify-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes members as a directory and answers its path. */
export function writeDirectory(t: TestContext, files: Files): string {
  const directory = scratch(t);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), bytes);
  }
  return directory;
}
