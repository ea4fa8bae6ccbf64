/**
 * An evidence bundle of any length for the verifier's row: facts that allow one provider user to
 * read, from an office in its hours, within a budget, then that user's reads, refusals and writes,
 * signed by a key made for it.
 */
import { createHash, generateKeyPairSync, hash } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatCheckpoint } from '#verifier/checkpoint.ts';
import { type Entry, encodeEntry } from '#verifier/entry.ts';
import type { Fact } from '#verifier/fact.ts';
import { jcs } from '#verifier/jcs.ts';
import { appendLeaf, leafHash, rootOfFrontier } from '#verifier/merkle.ts';
import { formatNote, formatVkey, signNoteText } from '#verifier/note.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';

const start = Date.UTC(2026, 10, 1, 9);
const timeOf = (index: number): string => new Date(start + index * 10).toISOString();

/** The same uuid for the same words. */
function idOf(prefix: string, words: string): string {
  const hex = hash('sha256', `${prefix} ${words}`, 'hex');
  return `${prefix}_0190${hex.slice(0, 4)}-${hex.slice(4, 8)}-7${hex.slice(8, 11)}-8${hex.slice(11, 14)}-${hex.slice(14, 26)}`;
}

const digestOf = (words: string): string => `sha256:${hash('sha256', words, 'hex')}`;

/** Writes the bundle as a directory and answers the size of its entries in bytes. */
export async function writeBundle(
  dir: string,
  size: number,
  catalogue: Catalogue,
): Promise<number> {
  const client = idOf('cli', 'bench');
  const origin = `worksmartly/${client}`;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const vkey = formatVkey(origin, key);
  const policies = { 'bench.cedar': hash('sha256', policyText, 'hex') };
  const facts = factsOf({ catalogue, vkey, policies });

  const file = createWriteStream(join(dir, 'entries.jsonl'), { highWaterMark: 1 << 20 });
  const digest = createHash('sha256');
  let frontier: Buffer[] = [];
  let bytes = 0;
  let lines: Buffer[] = [];
  for (let index = 0; index < size; index++) {
    const fact = facts[index];
    const line = encodeEntry(fact === undefined ? accessEntry(index) : factEntry(index, fact));
    frontier = appendLeaf(frontier, index, leafHash(line));
    lines.push(line, newline);
    if (lines.length < 4000 && index < size - 1) continue;
    const block = Buffer.concat(lines);
    lines = [];
    bytes += block.length;
    digest.update(block);
    if (!file.write(block)) await new Promise<void>((resolve) => file.once('drain', resolve));
  }
  await new Promise<void>((resolve) => file.end(resolve));

  const text = formatCheckpoint({ origin, size, root: rootOfFrontier(frontier) });
  const note = formatNote(text, [signNoteText(text, origin, privateKey, key)]);
  const keys = JSON.stringify({ log: vkey, previous: [] });
  const catalogues = JSON.stringify([{ version: catalogue.version, catalogue }]);
  const small = {
    checkpoint: note,
    'keys.json': keys,
    'catalogue.json': catalogues,
    'policies/bench.cedar': policyText,
  };
  mkdirSync(join(dir, 'policies'), { recursive: true });
  const files: Record<string, string> = { 'entries.jsonl': digest.digest('hex') };
  for (const [name, content] of Object.entries(small)) {
    writeFileSync(join(dir, name), content);
    files[name] = hash('sha256', content, 'hex');
  }
  const manifest = { format: 'worksmartly-evidence/1', client, size, files };
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  return bytes;
}

const newline = Buffer.from('\n');
const policyText = 'permit (principal, action, resource);\n';
const user = idOf('usr', 'servicing');
const types = ['contact', 'employment', 'job', 'pay', 'person'];

function accessEntry(index: number): Entry {
  const refused = index % 50 === 17;
  const write = index % 20 === 3 && !refused;
  const change = { record: idOf('rec', `${index}`), revision: 2, digest: digestOf(`${index}`) };
  return {
    v: 2,
    at: timeOf(index),
    kind: 'access',
    actor: user,
    side: 'provider',
    role: 'servicing',
    via: null,
    op: write ? 'records.correct' : 'people.read',
    outcome: refused ? 'refused' : 'allowed',
    purpose: 'hr-administration',
    instruction: refused ? null : idOf('ins', 'bench'),
    types: write ? ['contact'] : types,
    subjects: [idOf('sub', `${index % 5000}`)],
    changes: write ? [change] : null,
    reasons: refused ? ['type-not-instructed'] : [],
    context: {
      authentication: 'token',
      session: null,
      place: { kind: 'office', id: idOf('off', 'bench') },
      passkey: null,
    },
    fact: null,
    source: null,
    rows: null,
    salt: hash('sha256', `${index}`, 'buffer').subarray(0, 16).toString('base64'),
  };
}

function factEntry(index: number, fact: Fact): Entry {
  return {
    ...accessEntry(index),
    kind: 'fact',
    actor: 'sys:setup',
    side: 'system',
    role: null,
    op: 'facts.record',
    outcome: 'allowed',
    purpose: null,
    instruction: null,
    types: [],
    subjects: [],
    changes: null,
    reasons: [],
    context: {
      authentication: 'job',
      session: null,
      place: { kind: 'unchecked', id: null },
      passkey: null,
    },
    fact,
  };
}

const hours = {
  zone: 'Africa/Nairobi',
  hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '24:00' }],
  closed: [],
};

interface Setting {
  catalogue: Catalogue;
  vkey: string;
  policies: Record<string, string>;
}

function factsOf({ catalogue, vkey, policies }: Setting): Fact[] {
  const signature = null;
  const period = { from: timeOf(0), until: null };
  const document = digestOf('document');
  const by = idOf('usr', 'executive');
  const accepted = { document, version: '1', by, ...period, signature };
  const sha256 = (value: unknown): string => hash('sha256', jcs(value), 'hex');
  return [
    { type: 'log.key', id: null, vkey, signature },
    { type: 'client.status', id: null, status: 'active', signature },
    {
      type: 'catalogue.adopted',
      id: null,
      version: catalogue.version,
      sha256: sha256(catalogue),
      signature,
    },
    { type: 'policies.loaded', id: null, sha256: sha256(policies), signature },
    {
      type: 'user.registered',
      id: null,
      user,
      person: idOf('per', 'servicing'),
      side: 'provider',
      roles: ['servicing'],
      signature,
    },
    {
      type: 'nda.signed',
      id: idOf('nda', 'bench'),
      user,
      document,
      version: '1',
      ...period,
      signature,
    },
    { type: 'agreement.accepted', id: idOf('agr', 'bench'), ...accepted },
    { type: 'notice.accepted', id: idOf('ntc', 'bench'), ...accepted },
    {
      type: 'instruction.given',
      id: idOf('ins', 'bench'),
      purposes: ['hr-administration', 'import', 'reporting'],
      types: [...types, 'demographic'].sort(),
      recipients: ['provider'],
      document,
      by,
      transfers: [],
      amends: null,
      ...period,
      signature,
    },
    {
      type: 'assignment.started',
      id: idOf('asg', 'bench'),
      user,
      team: 'servicing',
      proposedBy: idOf('usr', 'administrator'),
      approvedBy: [by],
      reason: null,
      budget: { peoplePerHour: 10_000_000, peoplePerDay: 100_000_000, rowsPerDay: 10_000_000 },
      extends: null,
      ...period,
      signature,
    },
    {
      type: 'rules.set',
      id: null,
      signed: false,
      places: true,
      reviews: true,
      approvals: 1,
      clientApprovesExceptions: true,
      by,
      signature,
    },
    {
      type: 'office.opened',
      id: idOf('off', 'bench'),
      kind: 'office',
      networks: document,
      by,
      ...hours,
      ...period,
      signature,
    },
    { type: 'hours.agreed', id: idOf('hrs', 'bench'), by, ...hours, ...period, signature },
  ];
}
