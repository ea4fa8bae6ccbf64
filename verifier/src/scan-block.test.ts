// The fast path against the slow one: on any lines, however damaged, both see the same entries, claims and faults.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyEntry, damage } from '../test/arbitrary-entry.ts';
import { accessEntry, factEntry, idOf } from '../test/sample.ts';
import { FACTS } from '../test/sample-facts.ts';
import { encodeEntry, parseEntry } from './entry.ts';
import { leafHash, rootOfLeaves } from './merkle.ts';
import { claimOf, usedBy } from './rule-a.ts';
import {
  type BlockResult,
  type ClaimRun,
  createBlockScanner,
  emptyTally,
  scanBlock,
} from './scan-block.ts';
import { SCAN_PADDING } from './scan-bytes.ts';
import { nothingScanned, scanEntry } from './scan-entry.ts';
import { appendSubtrees, copySubtrees, rootOf, subtreesFrom } from './subtrees.ts';
import { stampOf } from './time-stamp.ts';
import { hourOf } from './usage.ts';

const RUNS = { numRuns: 1500 };

function blockOf(lines: readonly Buffer[], firstIndex = 0, cut: number | null = null) {
  const padding = Buffer.alloc(SCAN_PADDING, 'x');
  const newline = Buffer.from('\n');
  const bytes = Buffer.concat([newline, ...lines.flatMap((line) => [line, newline]), padding]);
  let end = 0;
  const ends = Int32Array.from(lines, (line) => {
    end += line.length + 1;
    return end;
  });
  return { bytes, from: 1, ends, lines: lines.length, firstIndex, cut };
}

/** What scanBlock should say, by parsing every line. */
function expected(lines: readonly Buffer[]): Omit<BlockResult, 'subtrees' | 'cutSubtrees'> {
  const tally = emptyTally();
  const segments = [
    { fromLine: 0, toLine: 0, runs: new Map<string, ClaimRun>(), endsInFact: false },
  ];
  let [firstStamp, lastStamp] = [Number.NaN, Number.NaN];
  let fault: BlockResult['fault'] = null;
  for (const [line, bytes] of lines.entries()) {
    let entry: ReturnType<typeof parseEntry>;
    try {
      entry = parseEntry(bytes);
    } catch {
      fault = { index: line, reason: 'not-canonical', detail: '' };
      break;
    }
    const stamp = stampOf(entry.at);
    const segment = segments.at(-1)!;
    if (entry.kind === 'access') tally[entry.outcome]++;
    else tally[entry.kind === 'fact' ? 'facts' : 'system']++;
    if (entry.kind !== 'fact' && entry.outcome === 'allowed') {
      const claim = claimOf(entry);
      const key = JSON.stringify([claim, hourOf(stamp)]);
      const none = { claim, count: 0, people: 0, rows: 0, firstStamp: stamp, lastStamp: stamp };
      const run = segment.runs.get(key) ?? none;
      const { people, rows } = usedBy(entry);
      segment.runs.set(key, {
        ...run,
        count: run.count + 1,
        people: run.people + people,
        rows: run.rows + rows,
        lastStamp: stamp,
      });
    }
    if (line === 0) firstStamp = stamp;
    else if (stamp < lastStamp) {
      fault = { index: line, reason: 'time-went-back', detail: '' };
      break;
    }
    lastStamp = stamp;
    if (entry.kind !== 'fact') segment.toLine = line + 1;
    else {
      segment.endsInFact = true;
      segments.push({ fromLine: line + 1, toLine: line + 1, runs: new Map(), endsInFact: false });
    }
  }
  const plain = segments.map((each) => ({
    ...each,
    runs: [...each.runs.values()],
  }));
  return { tally, segments: plain as never, fault, firstStamp, lastStamp };
}

/** Runs of one claim that differ in what the rules do not ask (the operation) are summed up. */
function comparable({ subtrees: _, cutSubtrees: __, fault, segments, ...rest }: BlockResult) {
  const merged = segments.map(({ runs, ...segment }) => {
    const byClaim = new Map<string, ClaimRun>();
    for (const run of runs) {
      const key = JSON.stringify([run.claim, hourOf(run.firstStamp)]);
      assert.equal(hourOf(run.lastStamp), hourOf(run.firstStamp));
      const known = byClaim.get(key);
      byClaim.set(key, {
        ...run,
        count: run.count + (known?.count ?? 0),
        people: run.people + (known?.people ?? 0),
        rows: run.rows + (known?.rows ?? 0),
        firstStamp: Math.min(run.firstStamp, known?.firstStamp ?? run.firstStamp),
        lastStamp: Math.max(run.lastStamp, known?.lastStamp ?? run.lastStamp),
      });
    }
    return { ...segment, runs: [...byClaim.values()] };
  });
  return { ...rest, segments: merged, fault: fault && { ...fault, detail: '' } };
}

test('the fast path accepts only what the slow path accepts, and reads the same from it', () => {
  const scanner = createBlockScanner();
  let accepted = 0;
  fc.assert(
    fc.property(anyEntry, fc.option(damage, { nil: null, freq: 1 }), (entry, harm) => {
      const good = encodeEntry(entry);
      const line = harm === null ? good : harm(good);
      const { bytes, from, ends } = blockOf([line]);
      const found = nothingScanned();
      if (
        !scanEntry(
          new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
          from,
          ends[0]!,
          found,
        )
      )
        return;
      accepted++;
      assert.equal(found.stamp, stampOf(parseEntry(line).at));
      assert.equal(found.touchesData, claimOf(parseEntry(line)).touchesData);
      const { people, rows } = found;
      assert.deepEqual({ people, rows }, usedBy(parseEntry(line)));
      assert.deepEqual(
        comparable(scanBlock(scanner, blockOf([line]))),
        comparable(expected([line]) as BlockResult),
      );
    }),
    { numRuns: 8000 },
  );
  assert.ok(accepted > 2000, `the fast path was taken ${accepted} times`);
});

test('on blocks of lines, some remembered, some damaged, fast and slow agree on claims, counts and the first fault', () => {
  const scanner = createBlockScanner();
  const harms = fc.array(fc.tuple(fc.nat(), damage), { maxLength: 2 });
  fc.assert(
    fc.property(
      fc.array(anyEntry, { minLength: 1, maxLength: 12 }),
      harms,
      fc.boolean(),
      (entries, harm, isSorted) => {
        if (isSorted) entries.sort((a, b) => (a.at < b.at ? -1 : 1));
        const good = entries.map(encodeEntry);
        // Twice the same lines: the second time they are recalled, and damage must still be seen.
        const lines = isSorted ? good : [...good, ...good];
        scanBlock(scanner, blockOf(good));
        for (const [at, change] of harm)
          lines[at % lines.length] = change(lines[at % lines.length]!);
        assert.deepEqual(
          comparable(scanBlock(scanner, blockOf(lines))),
          comparable(expected(lines) as BlockResult),
        );
      },
    ),
    RUNS,
  );
});

test('a remembered entry with any single byte changed is judged like an unknown one', () => {
  const entry = accessEntry(7, {
    subjects: [idOf('sub', 1), idOf('sub', 2)].sort(),
    changes: [{ record: idOf('rec', 1), revision: 12, digest: `sha256:${'0a'.repeat(32)}` }],
    reasons: ['replay'],
    via: idOf('job', 1),
  });
  const line = encodeEntry(entry);
  const scanner = createBlockScanner();
  assert.equal(scanBlock(scanner, blockOf([line])).fault, null);
  for (let at = 0; at < line.length; at++) {
    for (const byte of [
      ...Buffer.from('0 9"afgzA-_{}[],:.Z'),
      line[at]! ^ 0x80,
      line[at]! ^ 1,
      0,
    ]) {
      const changed = Buffer.from(line);
      changed[at] = byte;
      const found = comparable(scanBlock(scanner, blockOf([changed])));
      assert.deepEqual(
        found,
        comparable(expected([changed]) as BlockResult),
        `byte ${at} = ${byte}`,
      );
    }
  }
});

test('blocks cut anywhere give the root of the whole, and the roots at every size', () => {
  const lines = Array.from({ length: 40 }, (_, i) =>
    encodeEntry(i % 9 === 4 ? factEntry(i, FACTS['alert.raised']) : accessEntry(i)),
  );
  const leaves = lines.map(leafHash);
  const cuts = fc
    .uniqueArray(fc.integer({ min: 1, max: 39 }))
    .map((some) => some.sort((a, b) => a - b));
  fc.assert(
    fc.property(cuts, fc.integer({ min: 0, max: 39 }), (places, size) => {
      const scanner = createBlockScanner();
      const all = subtreesFrom(0);
      let rootThen: Buffer | null = null;
      for (const [i, from] of [0, ...places].entries()) {
        const block = blockOf(lines.slice(from, places[i] ?? 40), from, size);
        const { subtrees, cutSubtrees } = scanBlock(scanner, block);
        if (cutSubtrees !== null) {
          const then = copySubtrees(all);
          appendSubtrees(then, cutSubtrees);
          rootThen = rootOf(then);
        }
        appendSubtrees(all, subtrees);
      }
      assert.deepEqual(rootOf(all), rootOfLeaves(leaves));
      assert.deepEqual(rootThen, rootOfLeaves(leaves.slice(0, size)));
    }),
    { numRuns: 200 },
  );
});
