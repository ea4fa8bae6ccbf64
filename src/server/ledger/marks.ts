/** Marks outside the database: how long each ledger was and what it hashed to, so that a database
 * put back from an older copy, or rewritten, is noticed. Each process appends to a file of its own
 * at most once a second, in one write that is synced to disk. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { appendLeaf, rootOfFrontier } from '#verifier/merkle.ts';
import type { Head } from './head.ts';

const INTERVAL_MS = 1000;

interface Mark {
  readonly origin: string;
  readonly size: number;
  /** Hex of the Merkle root at `size`, and of the hashes that it is made of. */
  readonly root: string;
  readonly frontier: readonly string[];
}

export interface Marks {
  /** Notes a head soon. */
  note(origin: string, head: Head): void;
  /**
   * Whether the ledger still contains what was marked: null, or why not. `leavesFrom` reads the leaf
   * hashes from an index on.
   */
  check(
    origin: string,
    head: Head,
    leavesFrom: (index: number) => Promise<readonly Buffer[]>,
  ): Promise<string | null>;
  /** Takes the head for the truth from now on, after somebody accepted that. */
  accept(origin: string, head: Head): void;
  /** Writes what waits; later notes are dropped. */
  close(): Promise<void>;
}

/** Opens the marks of `directory`, taking over the files of processes that are gone. */
export function openMarks(directory: string): Marks {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const known = takeOver(directory);
  const waiting = new Map<string, Head>();
  let file: FileHandle | null = null;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  async function flush(): Promise<void> {
    timer = null;
    const lines = [...waiting].map(([origin, head]) => `${JSON.stringify(markOf(origin, head))}\n`);
    waiting.clear();
    if (lines.length === 0) return;
    file ??= await open(pathOf(directory, process.pid), 'a', 0o600);
    await file.appendFile(lines.join(''));
    await file.datasync();
  }

  return {
    note(origin, head) {
      if (closed) return;
      waiting.set(origin, head);
      timer ??= setTimeout(() => {
        writing = writing.then(flush);
      }, INTERVAL_MS).unref();
    },
    async check(origin, head, leavesFrom) {
      const mark = known.get(origin);
      if (!mark) return null;
      if (head.size < mark.size) return `${head.size} entries where ${mark.size} were marked`;
      let frontier: Buffer[] = mark.frontier.map((hash) => Buffer.from(hash, 'hex'));
      if (rootOfFrontier(frontier).toString('hex') !== mark.root) return 'the mark is damaged';
      let size = mark.size;
      if (head.size > size) {
        for (const leaf of await leavesFrom(size)) {
          if (size < head.size) frontier = appendLeaf(frontier, size++, leaf);
        }
      }
      const same = size === head.size && rootOfFrontier(frontier).equals(rootOfHead(head));
      return same ? null : 'the entries are not those that were marked';
    },
    accept(origin, head) {
      known.set(origin, markOf(origin, head));
      waiting.delete(origin);
      writeAll(directory, known);
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await writing.then(flush);
      await file?.close();
    },
  };
}

/** The Merkle root of a head. */
export function rootOfHead(head: Head): Buffer {
  return rootOfFrontier(head.frontier);
}

function markOf(origin: string, head: Head): Mark {
  return {
    origin,
    size: head.size,
    root: rootOfHead(head).toString('hex'),
    frontier: head.frontier.map((hash) => hash.toString('hex')),
  };
}

/** The longest mark of each ledger. Files of processes that are gone become one file of this one. */
function takeOver(directory: string): Map<string, Mark> {
  const known = new Map<string, Mark>();
  const gone: string[] = [];
  for (const name of readdirSync(directory)) {
    const pid = Number(/^(\d+)\.jsonl$/.exec(name)?.[1]);
    if (!pid) continue;
    for (const line of readFileSync(join(directory, name), 'utf8').split('\n')) {
      const mark = parse(line);
      if (mark && (known.get(mark.origin)?.size ?? -1) <= mark.size) known.set(mark.origin, mark);
    }
    if (pid === process.pid || !isAlive(pid)) gone.push(name);
  }
  if (gone.length > 0) writeAll(directory, known);
  for (const name of gone) {
    if (name !== `${process.pid}.jsonl`) rmSync(join(directory, name), { force: true });
  }
  return known;
}

/** A line cut short by a crash is no mark. */
function parse(line: string): Mark | null {
  try {
    return JSON.parse(line) as Mark;
  } catch {
    return null;
  }
}

function writeAll(directory: string, marks: ReadonlyMap<string, Mark>): void {
  const path = pathOf(directory, process.pid);
  const file = openSync(`${path}.tmp`, 'w', 0o600);
  try {
    for (const mark of marks.values()) writeSync(file, `${JSON.stringify(mark)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.tmp`, path);
}

function pathOf(directory: string, pid: number): string {
  return join(directory, `${pid}.jsonl`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
