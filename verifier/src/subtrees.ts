// Merkle hashing in blocks: each block yields the roots of the perfect subtrees it holds whole, and these merge into the
// frontier of the tree. Hashes are latin1 strings of 32 characters here: twice as fast out of crypto.hash as Buffers.
import { hash } from 'node:crypto';
import { EMPTY_ROOT } from './merkle.ts';

/** The root over 2^level leaves, the first of which has an index divisible by 2^level. */
export interface Subtree {
  level: number;
  hash: string;
}

/** Subtrees over leaves `start` … `end` − 1, leftmost first. */
export interface Subtrees {
  readonly start: number;
  end: number;
  stack: Subtree[];
}

export const subtreesFrom = (start: number): Subtrees => ({ start, end: start, stack: [] });

/** Adds the next subtree and merges whatever has become whole. It must begin at `end`. */
export function addSubtree(subtrees: Subtrees, { level, hash: added }: Subtree): void {
  const { stack, start } = subtrees;
  let size = 2 ** level;
  let [height, node] = [level, added];
  subtrees.end += size;
  for (;;) {
    const left = stack[stack.length - 1];
    // A pair merges when it ends at a multiple of its size and does not reach back before this block.
    const isPair = left?.level === height && subtrees.end % (size * 2) === 0;
    if (left === undefined || !isPair || subtrees.end - size * 2 < start) break;
    stack.pop();
    node = hashPair(left.hash, node);
    height++;
    size *= 2;
  }
  stack.push({ level: height, hash: node });
}

/** The root over all leaves, if the subtrees start at 0. */
export function rootOf({ start, stack }: Subtrees): Buffer {
  if (start !== 0) throw new RangeError('subtrees: only a tree from its first leaf has a root');
  if (stack.length === 0) return EMPTY_ROOT;
  const root = stack.reduceRight<string | null>(
    (right, { hash: left }) => (right === null ? left : hashPair(left, right)),
    null,
  );
  return Buffer.from(root!, 'latin1');
}

/**
 * The leaf hash of the entry at `from` … `to` − 1. The byte before it must exist; it becomes the prefix 0x00 while this
 * runs, which saves copying the entry, and is a newline again afterwards.
 */
export function hashLeafInPlace(bytes: Buffer, from: number, to: number): string {
  bytes[from - 1] = 0x00;
  const leaf = hash('sha256', bytes.subarray(from - 1, to), 'latin1');
  bytes[from - 1] = 0x0a;
  return leaf;
}

const pair = Buffer.alloc(65, 0x01);

function hashPair(left: string, right: string): string {
  pair.write(left, 1, 'latin1');
  pair.write(right, 33, 'latin1');
  return hash('sha256', pair, 'latin1');
}
