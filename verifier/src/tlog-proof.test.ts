import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkpointOf, goodLedger, linesOf, logKey } from '../test/build-bundle.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { inclusionProof, leafHash } from './merkle.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts';
import { VerificationError } from './verification-error.ts';

const lines = linesOf(goodLedger());
const leaves = lines.map(leafHash);
const checkpoint = checkpointOf(lines);
const { vkey } = logKey(1);

const proofOf = (index: number): string =>
  formatTlogProof({
    index: BigInt(index),
    proof: inclusionProof(leaves, index, lines.length),
    checkpoint,
  });

test('a proof verifies its own entry and no other', () => {
  for (const [index, line] of lines.entries()) {
    const text = proofOf(index);
    assert.equal(verifyTlogProof(text, line, vkey).index, BigInt(index));
    const other = lines[(index + 1) % lines.length]!;
    assert.throws(() => verifyTlogProof(text, other, vkey), VerificationError);
  }
});

test('a proof reads as it was written, an extra line is skipped', () => {
  const text = proofOf(3);
  const parsed = parseTlogProof(text);
  assert.equal(formatTlogProof(parsed), text);
  assert.equal(parsed.checkpoint, checkpoint);
  const extra = text.replace('index', 'extra aGk=\nindex');
  assert.deepEqual(parseTlogProof(extra), parsed);
});

test('malformed proofs and proofs by another key are refused', () => {
  const text = proofOf(3);
  const malformed = [
    '',
    text.replace('v1', 'v2'),
    text.replace('index 3', 'index 03'),
    text.replace('index 3', 'index -3'),
    text.replace('index 3', 'index 4'),
    text.replace('\n\n', '\n'),
    text.replace(/=\n/, '\n'),
  ];
  for (const each of malformed) {
    assert.throws(() => verifyTlogProof(each, lines[3]!, vkey), VerificationError);
  }
  assert.throws(() => verifyTlogProof(text, lines[3]!, logKey(2).vkey), VerificationError);
});

test('a checkpoint reads as it was written, and other texts are refused', () => {
  const value = { origin: 'worksmartly/provider', size: 0, root: Buffer.alloc(32, 7) };
  const text = formatCheckpoint(value);
  assert.deepEqual(parseCheckpoint(text), value);
  const malformed = [
    text.replace('\n0\n', '\n00\n'),
    text.replace('\n0\n', '\n-1\n'),
    text.replace('\n0\n', '\n99999999999999999\n'),
    text.slice(0, -1),
    `${text}extension\n`,
    text.replace('=', ''),
    text.replace('c=', 'd='),
    text.replace('worksmartly/provider', ''),
    text.replace('worksmartly/provider', 'two words'),
  ];
  for (const each of malformed) assert.throws(() => parseCheckpoint(each), VerificationError, each);
  assert.throws(() => formatCheckpoint({ ...value, size: -1 }), TypeError);
  assert.throws(() => formatCheckpoint({ ...value, size: 0.5 }), TypeError);
  assert.throws(() => formatCheckpoint({ ...value, root: Buffer.alloc(31) }), TypeError);
  assert.throws(() => formatCheckpoint({ ...value, origin: 'a\nb' }), TypeError);
});
