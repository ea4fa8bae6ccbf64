import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { digestOfChanges, digestOfIds } from '#verifier/list-digest.ts';
import { CHANGE_BYTES } from '../../ledger/changed-records.ts';
import { uuidOfHex } from '../../vault/crypto/uuid-bytes.ts';
import { digestChanges } from './digest-changes.ts';
import { listSubjects, subjectIds } from './list-subjects.ts';

/** Ids of a few times, many of which share the 32 bits behind the time; revisions up to 2³¹. */
function invented(count: number) {
  const packed = randomBytes(CHANGE_BYTES * count);
  for (let i = 0; i < count; i++) {
    const at = CHANGE_BYTES * i;
    packed.fill(0, at, at + 5);
    packed[at + 5]! %= 3;
    if (i % 4 === 0) packed.fill(7, at + 6, at + 10);
    if (i % 8 === 4) packed.copy(packed, at, 0, 16);
    packed.writeUInt32BE(i % 3 === 0 ? 2 ** 31 - 1 - i : i + 1, at + 16);
  }
  return packed;
}

test('the digest of packed changes is the one that the verifier computes', () => {
  for (const count of [1, 101, 1023, 1024, 5000]) {
    const packed = invented(count);
    const changes = Array.from({ length: count }, (_, i) => {
      const bytes = packed.subarray(CHANGE_BYTES * i, CHANGE_BYTES * (i + 1));
      return {
        record: `rec_${uuidOfHex(bytes.toString('hex', 0, 16))}`,
        revision: bytes.readUInt32BE(16),
        digest: `sha256:${bytes.toString('hex', 20)}`,
      };
    });
    const middle = CHANGE_BYTES * Math.floor(count / 2);
    const parts = [packed.subarray(0, middle), packed.subarray(middle)];
    assert.equal(digestChanges(parts), digestOfChanges(changes).digest);
  }
});

test('the parts of a list of people are the text that its digest binds', () => {
  const people = [randomBytes(16 * 30_000), randomBytes(16 * 1)];
  const { digest, parts } = listSubjects(people);
  assert.equal(parts.length, 2);
  const ids = JSON.parse(Buffer.concat(parts).toString()) as string[];
  assert.deepEqual(ids, subjectIds(people).sort());
  assert.equal(digest, digestOfIds(ids).digest);
});
