// The Merkle tree of RFC 6962 (SHA-256): hashing, a growing frontier, making proofs and checking them.
import { hash } from 'node:crypto';
import { VerificationError } from './verification-error.ts';

/** SHA-256 of nothing: the root of a tree without entries. */
export const EMPTY_ROOT: Buffer = hash('sha256', Buffer.alloc(0), 'buffer');

/** Roots of the perfect subtrees of a tree, largest first; its length is the number of 1-bits of the tree's size. */
export type Frontier = readonly Buffer[];

/** SHA-256(0x00 ‖ entry), 32 bytes. */
export function leafHash(entry: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(entry.length + 1);
  input[0] = 0x00;
  input.set(entry, 1);
  return hash('sha256', input, 'buffer');
}

/** SHA-256(0x01 ‖ left ‖ right), 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + left.length + right.length);
  input[0] = 0x01;
  input.set(left, 1);
  input.set(right, 1 + left.length);
  return hash('sha256', input, 'buffer');
}

/** The frontier after one more leaf; `size` is the number of leaves before it. Never changes its argument. */
export function appendLeaf(frontier: Frontier, size: number, leaf: Buffer): Buffer[] {
  const next = frontier.slice();
  let node = leaf;
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = next.pop();
    if (left === undefined) throw new RangeError('merkle: frontier does not fit the size');
    node = nodeHash(left, node);
  }
  next.push(node);
  return next;
}

/** The root of the tree whose frontier this is. */
export function rootOfFrontier(frontier: Frontier): Buffer {
  let root = frontier[frontier.length - 1];
  if (root === undefined) return EMPTY_ROOT;
  for (let i = frontier.length - 2; i >= 0; i--) root = nodeHash(frontier[i]!, root);
  return root;
}

/** The root over leaf hashes. */
export function rootOfLeaves(leaves: readonly Buffer[]): Buffer {
  return rootOfRange(leaves, 0, leaves.length);
}

/** RFC 6962 §2.1.1: the audit path of leaf `index` in the tree of the first `size` leaf hashes, nearest first. */
export function inclusionProof(leaves: readonly Buffer[], index: number, size: number): Buffer[] {
  if (!(Number.isInteger(index) && 0 <= index && index < size && size <= leaves.length)) {
    throw new RangeError('merkle: no such leaf');
  }
  const path: Buffer[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (index < middle) {
      path.push(rootOfRange(leaves, middle, to));
      to = middle;
    } else {
      path.push(rootOfRange(leaves, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** RFC 6962 §2.1.2: the proof that the tree of the first `size1` leaf hashes is a prefix of that of the first `size2`. */
export function consistencyProof(
  leaves: readonly Buffer[],
  size1: number,
  size2: number,
): Buffer[] {
  if (!(Number.isInteger(size1) && 0 < size1 && size1 <= size2 && size2 <= leaves.length)) {
    throw new RangeError('merkle: no such pair of sizes');
  }
  const path: Buffer[] = [];
  let [from, to, whole] = [0, size2, true];
  while (size1 !== to) {
    const middle = from + splitPoint(to - from);
    if (size1 <= middle) {
      path.push(rootOfRange(leaves, middle, to));
      to = middle;
    } else {
      path.push(rootOfRange(leaves, from, middle));
      from = middle;
      whole = false;
    }
  }
  if (!whole) path.push(rootOfRange(leaves, from, to));
  return path.reverse();
}

/** Throws VerificationError('root-differs') unless `leaf` (a leaf hash) is leaf `index` of the tree of `size` leaves under `root`. */
export function verifyInclusion(claim: {
  index: bigint;
  size: bigint;
  leaf: Uint8Array;
  proof: readonly Uint8Array[];
  root: Uint8Array;
}): void {
  const { index, size, leaf, proof, root } = claim;
  if (index < 0n || index >= size) throw wrong('index is outside the tree');
  requireHashes([leaf, root, ...proof]);
  const inner = bitLength(index ^ (size - 1n));
  const border = popCount(index >> BigInt(inner));
  if (proof.length !== inner + border) throw wrong('inclusion proof has the wrong length');
  const node = foldBorder(foldInner(leaf, proof.slice(0, inner), index), proof.slice(inner));
  requireSame(node, root, 'the entry is not under the root');
}

/** Throws VerificationError('root-differs') unless the tree (size1, root1) is a prefix of the tree (size2, root2). */
export function verifyConsistency(claim: {
  size1: bigint;
  size2: bigint;
  root1: Uint8Array;
  root2: Uint8Array;
  proof: readonly Uint8Array[];
}): void {
  const { size1, size2, root1, root2, proof } = claim;
  if (size1 < 0n || size2 < size1) throw wrong('the second tree is smaller than the first');
  if (size1 === size2) {
    if (proof.length > 0) throw wrong('trees of one size need no proof');
    requireSame(root1, root2, 'two roots for one size');
    if (size1 === 0n) requireSame(root1, EMPTY_ROOT, 'an empty tree has one root only');
    return;
  }
  requireHashes([root1, root2, ...proof]);
  // Nothing binds an empty tree to a later one; saying "consistent" would claim more than was checked.
  if (size1 === 0n) throw wrong('an empty tree proves nothing');
  const shift = trailingZeros(size1);
  const bits = bitLength((size1 - 1n) ^ (size2 - 1n));
  const inner = bits - shift;
  const border = popCount((size1 - 1n) >> BigInt(bits));
  const isPerfect = size1 === 1n << BigInt(shift);
  const start = isPerfect ? 0 : 1;
  if (proof.length === 0 || proof.length !== start + inner + border) {
    throw wrong('consistency proof has the wrong length');
  }
  const seed = isPerfect ? root1 : proof[0]!;
  const path = proof.slice(start);
  const mask = (size1 - 1n) >> BigInt(shift);
  const [low, high] = [path.slice(0, inner), path.slice(inner)];
  requireSame(foldBorder(foldInnerRight(seed, low, mask), high), root1, 'the first root differs');
  requireSame(foldBorder(foldInner(seed, low, mask), high), root2, 'the second root differs');
}

function rootOfRange(leaves: readonly Buffer[], from: number, to: number): Buffer {
  let frontier: Buffer[] = [];
  for (let i = from; i < to; i++) frontier = appendLeaf(frontier, i - from, leaves[i]!);
  return rootOfFrontier(frontier);
}

/** The largest power of two below `size` (size > 1). */
function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function foldInner(seed: Uint8Array, path: readonly Uint8Array[], index: bigint): Uint8Array {
  return path.reduce(
    (node, hash, i) =>
      ((index >> BigInt(i)) & 1n) === 0n ? nodeHash(node, hash) : nodeHash(hash, node),
    seed,
  );
}

function foldInnerRight(seed: Uint8Array, path: readonly Uint8Array[], index: bigint): Uint8Array {
  return path.reduce(
    (node, hash, i) => (((index >> BigInt(i)) & 1n) === 1n ? nodeHash(hash, node) : node),
    seed,
  );
}

function foldBorder(seed: Uint8Array, path: readonly Uint8Array[]): Uint8Array {
  return path.reduce((node, hash) => nodeHash(hash, node), seed);
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function popCount(value: bigint): number {
  return value.toString(2).replaceAll('0', '').length;
}

function trailingZeros(value: bigint): number {
  return /0*$/.exec(value.toString(2))![0].length;
}

function requireHashes(hashes: readonly Uint8Array[]): void {
  if (hashes.some((hash) => hash.length !== 32)) throw wrong('a hash is not 32 bytes');
}

function requireSame(found: Uint8Array, expected: Uint8Array, detail: string): void {
  if (Buffer.compare(found, expected) !== 0) throw wrong(detail);
}

function wrong(detail: string): VerificationError {
  return new VerificationError('root-differs', detail);
}
