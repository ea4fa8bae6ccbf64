// A lifelike ledger of any length for measuring: reads and lists by forty users of both sides, refusals, corrections, and a
// fact now and then. Streams to a directory, so that a million entries do not stand in memory.
import { createHash, hash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { formatCheckpoint } from '../src/checkpoint.ts';
import { type Entry, encodeEntry } from '../src/entry.ts';
import { leafHash } from '../src/merkle.ts';
import { formatNote, signNoteText } from '../src/note.ts';
import { addSubtree, rootOf, subtreesFrom } from '../src/subtrees.ts';
import {
  accessEntry,
  CLIENT,
  FACTS,
  factEntry,
  filesOf,
  idOf,
  logKey,
  ORIGIN,
  openingEntries,
} from '../test/build-bundle.ts';

const USERS = 40;

/** Writes a bundle of `size` entries into `directory`. */
export function writeLedger(directory: string, size: number): void {
  mkdirSync(join(directory, 'policies'), { recursive: true });
  const file = openSync(join(directory, 'entries.jsonl'), 'w');
  const digest = createHash('sha256');
  const tree = subtreesFrom(0);
  let pending: Buffer[] = [];
  const flush = (): void => {
    const bytes = Buffer.concat(pending);
    digest.update(bytes);
    writeSync(file, bytes);
    pending = [];
  };
  const opening = openEveryone();
  for (let i = 0; i < size; i++) {
    const line = encodeEntry(opening[i] ?? entryOf(i));
    addSubtree(tree, 0, leafHash(line).toString('latin1'));
    pending.push(line, Buffer.from('\n'));
    if (pending.length > 4000) flush();
  }
  flush();
  closeSync(file);
  const text = formatCheckpoint({ origin: ORIGIN, size, root: rootOf(tree) });
  const { privateKey, publicKey } = logKey(1);
  const checkpoint = formatNote(text, [signNoteText(text, ORIGIN, privateKey, publicKey)]);
  const { 'manifest.json': _, 'entries.jsonl': __, ...files } = filesOf([], { checkpoint });
  const digests = Object.entries(files).map(([name, bytes]) => [
    name,
    hash('sha256', bytes, 'hex'),
  ]);
  const manifest = {
    format: 'worksmartly-evidence/1',
    client: CLIENT,
    size,
    files: { ...Object.fromEntries(digests), 'entries.jsonl': digest.digest('hex') },
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest));
}

function openEveryone(): Entry[] {
  const facts = openingEntries();
  for (let n = 1; n < USERS; n++) {
    const [user, person, side] = [
      idOf('usr', n),
      idOf('per', n),
      n % 3 === 0 ? 'client' : 'provider',
    ] as const;
    const roles = side === 'client' ? (['hr'] as const) : (['servicing'] as const);
    const {
      'user.registered': registered,
      'nda.signed': nda,
      'assignment.started': started,
    } = FACTS;
    facts.push(
      factEntry(0, { ...registered, id: user, user, person, side, roles: [...roles] }),
      factEntry(0, { ...nda, id: idOf('nda', n + 1), user }),
      factEntry(0, { ...started, id: idOf('asg', n + 1), user }),
    );
  }
  return facts;
}

function entryOf(i: number): Entry {
  const n = 1 + ((i * 7) % (USERS - 1));
  const [actor, session] = [idOfCached('usr', n), idOfCached('ses', n)];
  const isClient = n % 3 === 0;
  const who: Partial<Entry> = isClient ? { actor, side: 'client', role: 'hr' } : { actor };
  const base = accessEntry(i, { ...who, subjects: [idOfCached('sub', i % 5000)] });
  base.context = { ...base.context, session };
  // One at a time, so that every time is within the assignment's day.
  base.at = TIMES[Math.floor((i / 1_000_000) * 80_000)] ?? TIMES.at(-1)!;
  if (i % 1000 === 500) return { ...factEntry(0, FACTS['key.changed']), at: base.at };
  if (i % 50 === 3) return { ...base, outcome: 'refused', reasons: ['no-nda'], subjects: [] };
  if (i % 20 === 7) return { ...base, op: 'people.list', subjects: pageOf(i) };
  if (i % 20 === 9)
    return { ...base, op: 'records.correct', types: ['job'], changes: [changeOf(i)] };
  return i % 3 === 0 ? { ...base, types: ['employment', 'person'] } : base;
}

const TIMES = Array.from({ length: 80_000 }, (_, s) =>
  new Date(Date.UTC(2026, 10, 23, 9) + s * 1000).toISOString(),
);

const pageOf = (i: number): string[] =>
  [...new Set(Array.from({ length: 50 }, (_, k) => idOfCached('sub', (i + k * 31) % 5000)))].sort();

const changeOf = (i: number) => ({
  record: idOfCached('rec', i % 5000),
  revision: 2 + (i % 7),
  digest: `sha256:${hash('sha256', `${i}`, 'hex')}`,
});

const ids = new Map<string, string>();

function idOfCached(prefix: string, n: number): string {
  const key = `${prefix}${n}`;
  const known = ids.get(key) ?? idOf(prefix, n);
  ids.set(key, known);
  return known;
}
