// The verifier accepts covered ledgers that demand everything, and refuses each in which one access was
// moved out of its cover, or its cover taken away, with the right reason, at the right entry: 2,000 random
// ledgers, and 100,000 with WORKSMARTLY_LONG=1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEntry } from '#verifier/entry.ts';
import { foldLines } from '../../verifier/test/fold-lines.ts';
import { coveredLedger, entriesOf, LEDGER, type Step } from '../support/covered-ledger.ts';
import { MUTATIONS } from '../support/ledger-mutations.ts';
import { seededRandom } from '../support/seeded-random.ts';

const LEDGERS = process.env.WORKSMARTLY_LONG ? 100_000 : 2_000;

/** Index and reason of what the verifier refuses; null if nothing. */
function refusalOf(steps: readonly Step[]): { index: number; reason: string } | null {
  const { fault } = foldLines(LEDGER, entriesOf(steps).map(encodeEntry));
  return fault && { index: fault.index, reason: fault.reason };
}

test('a ledger in which every access is covered is accepted, however it came about', () => {
  for (let seed = 1; seed <= LEDGERS; seed += 4) {
    const { steps } = coveredLedger(seededRandom(seed));
    assert.equal(refusalOf(steps), null, `seed ${seed}`);
  }
});

test('an access moved out of its cover in any dimension is refused with the reason for that dimension', () => {
  const names = Object.keys(MUTATIONS);
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= LEDGERS; seed++) {
    const name = names[seed % names.length]!;
    const mutated = MUTATIONS[name]!(seededRandom(seed));
    if (mutated === null) continue;
    const { steps, index, reason } = mutated;
    assert.deepEqual(refusalOf(steps), { index, reason }, `${name}, seed ${seed}`);
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  for (const name of names) assert.ok((seen.get(name) ?? 0) >= 3, `${name} was hardly tried`);
});
