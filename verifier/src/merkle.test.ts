import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noVectors, readVectors } from '../test/shared-vectors.ts';
import {
  appendLeaf,
  consistencyProof,
  EMPTY_ROOT,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOfFrontier,
  rootOfLeaves,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
import { VerificationError } from './verification-error.ts';

/** The eight classic entries of RFC 6962 implementations, and the roots of the trees of the first 1 … 8 of them. */
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const ROOTS = ['6e340b9c', 'fac54203', 'aeb6bcfe', 'd37ee418', '4e3bbb1f', '76e67dad', 'ddb89be4'];
const ROOT_8 = '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328';
const LEAVES = ENTRIES.map(leafHash);

const start = (hash: Buffer): string => hash.toString('hex').slice(0, 8);

test('hashes have their RFC 6962 values', () => {
  assert.equal(
    EMPTY_ROOT.toString('hex'),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  assert.equal(start(leafHash(Buffer.from('L123456'))), '395aa064');
  assert.equal(start(nodeHash(Buffer.from('N123'), Buffer.from('N456'))), 'aa217fe8');
});

test('the classic trees have their roots, however they are built', () => {
  let frontier: Buffer[] = [];
  for (const [size, leaf] of LEAVES.entries()) {
    frontier = appendLeaf(frontier, size, leaf);
    const root = rootOfFrontier(frontier);
    assert.deepEqual(rootOfLeaves(LEAVES.slice(0, size + 1)), root);
    if (size < 7) assert.equal(start(root), ROOTS[size]);
    else assert.equal(root.toString('hex'), ROOT_8);
  }
  assert.deepEqual(rootOfFrontier([]), EMPTY_ROOT);
});

test('appending leaves the given frontier as it was', () => {
  const before = appendLeaf([], 0, LEAVES[0]!);
  const copy = before.slice();
  appendLeaf(before, 1, LEAVES[1]!);
  assert.deepEqual(before, copy);
});

test('every inclusion proof up to 70 leaves verifies, and no other leaf, index, size, root or path does', () => {
  const leaves = Array.from({ length: 70 }, (_, i) => leafHash(Buffer.from(`${i}`)));
  for (let size = 1; size <= leaves.length; size++) {
    const root = rootOfLeaves(leaves.slice(0, size));
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(leaves, index, size);
      const claim = { index: BigInt(index), size: BigInt(size), leaf: leaves[index]!, proof, root };
      verifyInclusion(claim);
      const wrong = [
        { ...claim, index: claim.index + 1n },
        { ...claim, leaf: EMPTY_ROOT },
        { ...claim, root: EMPTY_ROOT },
        { ...claim, proof: [...proof, root] },
      ];
      if (proof.length > 0) {
        wrong.push({ ...claim, proof: proof.slice(1) });
        wrong.push({ ...claim, proof: proof.with(-1, EMPTY_ROOT) });
      }
      for (const each of wrong) {
        assert.throws(() => verifyInclusion(each), VerificationError);
      }
    }
  }
});

test('every consistency proof up to 40 leaves verifies, and no other root or path does', () => {
  const leaves = Array.from({ length: 40 }, (_, i) => leafHash(Buffer.from(`${i}`)));
  for (let size2 = 1; size2 <= leaves.length; size2++) {
    for (let size1 = 1; size1 <= size2; size1++) {
      const proof = consistencyProof(leaves, size1, size2);
      const claim = {
        size1: BigInt(size1),
        size2: BigInt(size2),
        root1: rootOfLeaves(leaves.slice(0, size1)),
        root2: rootOfLeaves(leaves.slice(0, size2)),
        proof,
      };
      verifyConsistency(claim);
      assert.throws(() => verifyConsistency({ ...claim, root1: EMPTY_ROOT }), VerificationError);
      assert.throws(() => verifyConsistency({ ...claim, root2: EMPTY_ROOT }), VerificationError);
      const longer = { ...claim, proof: [...proof, EMPTY_ROOT] };
      assert.throws(() => verifyConsistency(longer), VerificationError);
    }
  }
});

test('proofs of trees that are not there cannot be made', () => {
  assert.throws(() => inclusionProof(LEAVES, 8, 8), RangeError);
  assert.throws(() => inclusionProof(LEAVES, 0, 9), RangeError);
  assert.throws(() => consistencyProof(LEAVES, 0, 8), RangeError);
  assert.throws(() => consistencyProof(LEAVES, 5, 4), RangeError);
});

interface Inclusion {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}
interface Consistency {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

const bytes = (text: string | null): Buffer => Buffer.from(text ?? '', 'base64');
// JSON.parse rounds 2^64 − 1 up; what the probes ask there is whether a huge index is refused, and it is either way.
const size = (value: number): bigint => BigInt(value);

test('the public inclusion probes: right ones are verified, all others refused', {
  skip: noVectors,
}, () => {
  for (const { path, vector } of readVectors<Inclusion>('merkle/inclusion')) {
    const verify = () =>
      verifyInclusion({
        index: size(vector.leafIdx),
        size: size(vector.treeSize),
        leaf: bytes(vector.leafHash),
        proof: (vector.proof ?? []).map(bytes),
        root: bytes(vector.root),
      });
    if (vector.wantErr) assert.throws(verify, VerificationError, path);
    else assert.doesNotThrow(verify, path);
    if (path.includes('happy-path')) assert.equal(vector.wantErr, false, path);
  }
});

test('the public consistency probes: right ones are verified, all others refused', {
  skip: noVectors,
}, () => {
  for (const { path, vector } of readVectors<Consistency>('merkle/consistency')) {
    const verify = () =>
      verifyConsistency({
        size1: size(vector.size1),
        size2: size(vector.size2),
        root1: bytes(vector.root1),
        root2: bytes(vector.root2),
        proof: (vector.proof ?? []).map(bytes),
      });
    if (vector.wantErr) assert.throws(verify, VerificationError, path);
    else assert.doesNotThrow(verify, path);
    if (path.includes('happy-path')) assert.equal(vector.wantErr, false, path);
  }
});
