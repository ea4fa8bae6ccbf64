// Whole bundles of ledgers that demand signatures: what is proved of them, and that a signer who saw another ledger is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../src/entry.ts';
import type { Fact } from '../src/fact.ts';
import { leafHash, rootOfLeaves } from '../src/merkle.ts';
import { printReport } from '../src/report.ts';
import { verifyBundle } from '../src/verify.ts';
import {
  accessEntry,
  FACTS,
  factEntry,
  filesOf,
  goodLedger,
  idOf,
  linesOf,
  ORIGIN,
  timeOf,
  writeDirectory,
} from './build-bundle.ts';
import { refusalOf } from './refusal-of.ts';
import { signed, softPasskey } from './soft-passkey.ts';

const EXECUTIVE = idOf('usr', 9);
const passkey = softPasskey(idOf('pky', 9), EXECUTIVE);
const executive: Fact = {
  ...FACTS['user.registered'],
  user: EXECUTIVE,
  person: idOf('per', 9),
  side: 'client',
  roles: ['executive'],
};
const rules: Fact = { ...FACTS['rules.set'], signed: true, places: false, reviews: false };

/** `fact` signed by who saw the ledger as `seen` entries gave it. */
function signedAfter(entries: readonly Entry[], seen: readonly Entry[], fact: Fact): Entry {
  const root = rootOfLeaves(linesOf(seen).map(leafHash)).toString('base64');
  const at = entries.at(-1)!.at;
  const nonce = Buffer.alloc(16, entries.length).toString('base64url');
  const offer = { nonce, size: seen.length, root, at, until: timeOf(86_000_000) };
  return factEntry(0, signed(passkey, ORIGIN, fact, offer), { at });
}

/** Reads, then a client with a passkey that demands signatures. */
function demanding(reads: number): Entry[] {
  const before = goodLedger(reads);
  const { at } = before.at(-1)!;
  const facts = [executive, passkey.fact, rules].map((fact) => factEntry(0, fact, { at }));
  return [...before, ...facts];
}

test('what is proved of a ledger of signed facts is said, and counted', async (t) => {
  const entries = demanding(3);
  entries.push(signedAfter(entries, entries.slice(0, 5), FACTS['access.suspended']));
  entries.push(signedAfter(entries, entries, FACTS['access.resumed']));
  entries.push(accessEntry(10));
  const report = await verifyBundle(writeDirectory(t, filesOf(linesOf(entries))));
  assert.deepEqual(report.failures, []);
  assert.deepEqual(report.demands, { signed: 15, places: null, reviews: null });
  const { signedFacts, unsignedFacts, suspensions, uncheckedPlaces } = report.counts;
  assert.deepEqual([signedFacts, unsignedFacts, suspensions, uncheckedPlaces], [2, 4, 1, 4]);
  const text = printReport(report);
  assert.match(text, /2 facts are signed/);
  assert.match(text, /no answer to the provider's side while access was suspended \(1 times\)/);
  assert.match(text, /from where 4 answers to the provider's side went: no place was demanded/);
});

test('a signer who saw another ledger, or more of it than there was, is told at the fact they signed', async (t) => {
  // Enough entries for several blocks, so that what was seen lies in another one than the fact.
  for (const reads of [3, 8000]) {
    const entries = demanding(reads);
    const size = entries.length;
    const fact = FACTS['access.suspended'];
    for (const seen of [0, 7, Math.floor(size / 2), size - 1, size]) {
      const right = [...entries, signedAfter(entries, entries.slice(0, seen), fact)];
      assert.equal(await refusalOf(t, filesOf(linesOf(right))), null, `${seen} of ${size}`);
    }
    const other = entries.with(4, factEntry(0, FACTS['alert.raised']));
    for (const seen of [7, size]) {
      const wrong = [...entries, signedAfter(entries, other.slice(0, seen), fact)];
      assert.deepEqual(await refusalOf(t, filesOf(linesOf(wrong))), ['root-differs', size]);
    }
    const ahead = [...entries, signedAfter(entries, [...entries, entries.at(-1)!], fact)];
    assert.deepEqual(await refusalOf(t, filesOf(linesOf(ahead))), ['signature-invalid', size]);
  }
});
