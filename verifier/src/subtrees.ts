// Merkle hashing in blocks: each block yields the roots of the perfect subtrees it holds whole, and these merge into the
// frontier of the tree. Hashes are latin1 strings of 32 characters here: twice as fast out of crypto.hash as Buffers.
import { hash } from 'node:crypto';
import { EMPTY_ROOT } from './merkle.ts';

/**
 * Perfect subtrees over leaves `start` … `end` − 1, leftmost first: the i-th has 2^levels[i] leaves and the root hashes[i].
 * Two arrays instead of one of pairs, because every leaf passes through here.
 */
export interface Subtrees {
  readonly start: number;
  end: number;
  levels: number[];
  hashes: string[];
}

export const subtreesFrom = (start: number): Subtrees => ({
  start,
  end: start,
  levels: [],
  hashes: [],
});

export const copySubtrees = ({ start, end, levels, hashes }: Subtrees): Subtrees => ({
  start,
  end,
  levels: levels.slice(),
  hashes: hashes.slice(),
});

/** Adds the next subtree, which must begin at `end`, and merges whatever has become whole. */
export function addSubtree(subtrees: Subtrees, level: number, added: string): void {
  const { levels, hashes } = subtrees;
  let size = 2 ** level;
  let height = level;
  let node = added;
  const end = subtrees.end + size;
  subtrees.end = end;
  // A pair merges when it ends at a multiple of its size and does not reach back before the first leaf.
  while (
    levels.length > 0 &&
    levels[levels.length - 1] === height &&
    end % (size * 2) === 0 &&
    end - size * 2 >= subtrees.start
  ) {
    levels.pop();
    node = hashPair(hashes.pop()!, node);
    height++;
    size *= 2;
  }
  levels.push(height);
  hashes.push(node);
}

/** Adds subtrees that begin where these end. */
export function appendSubtrees(subtrees: Subtrees, next: Subtrees): void {
  for (const [i, level] of next.levels.entries()) addSubtree(subtrees, level, next.hashes[i]!);
}

/** The root over all leaves, if the subtrees start at 0. */
export function rootOf({ start, hashes }: Subtrees): Buffer {
  if (start !== 0) throw new RangeError('subtrees: only a tree from its first leaf has a root');
  let root = hashes.at(-1);
  if (root === undefined) return EMPTY_ROOT;
  for (let i = hashes.length - 2; i >= 0; i--) root = hashPair(hashes[i]!, root);
  return Buffer.from(root, 'latin1');
}

/**
 * The leaf hash of the entry at `from` … `to` − 1. The byte before it must exist; it becomes the prefix 0x00 while this
 * runs, which saves copying the entry, and is a newline again afterwards.
 */
export function hashLeafInPlace(bytes: Buffer, from: number, to: number): string {
  bytes[from - 1] = 0x00;
  const input = new Uint8Array(bytes.buffer, bytes.byteOffset + from - 1, to - from + 1);
  const leaf = hash('sha256', input, 'latin1');
  bytes[from - 1] = 0x0a;
  return leaf;
}

const pair = Buffer.alloc(65, 0x01);

function hashPair(left: string, right: string): string {
  pair.write(left, 1, 'latin1');
  pair.write(right, 33, 'latin1');
  return hash('sha256', pair, 'latin1');
}
