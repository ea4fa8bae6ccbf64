// One block of whole lines: hashes its leaves into subtrees, checks that every entry is canonical and that time does not go
// back, and sums up what the entries claim, so that the rules need looking at once per claim and not once per entry.

import { type Entry, parseEntry } from './entry.ts';
import {
  createEntryMemo,
  type EntryMemo,
  type Remembered,
  recall,
  remember,
} from './entry-memo.ts';
import { type Claim, claimOf, usedBy } from './rule-a.ts';
import { ACTOR_AT, ACTOR_END, nothingScanned, type Scanned, scanEntry } from './scan-entry.ts';
import { ShapeError } from './shape.ts';
import {
  addSubtree,
  copySubtrees,
  hashLeafInPlace,
  type Subtrees,
  subtreesFrom,
} from './subtrees.ts';
import { stampOf } from './time-stamp.ts';
import { hourOf } from './usage.ts';
import type { Reason } from './verification-error.ts';

/** Line i of `lines` is at ends[i − 1] + 1 (or `from`) … ends[i] − 1, and bytes[ends[i]] is its newline. */
export interface Block {
  /** At least SCAN_PADDING readable bytes follow the last line, and one byte precedes the first. */
  bytes: Buffer;
  from: number;
  ends: Int32Array;
  lines: number;
  firstIndex: number;
  /** A tree size whose root is wanted; null, or of no matter, where it is not within this block. */
  cut: number | null;
}

/** The same claim made by one or more allowed entries of a segment within one clock hour; several runs can hold the same claim. */
export interface ClaimRun {
  claim: Claim;
  count: number;
  /** What these entries opened together. */
  people: number;
  rows: number;
  firstStamp: number;
  lastStamp: number;
}

/** Entries between two facts: authority does not change within. Line numbers are within the block, `toLine` exclusive. */
export interface Segment {
  fromLine: number;
  toLine: number;
  runs: ClaimRun[];
  /** Whether line `toLine` records a fact. */
  endsInFact: boolean;
}

export interface Fault {
  index: number;
  reason: Reason;
  detail: string;
}

/** How many entries of each kind and outcome. */
export interface Tally {
  allowed: number;
  refused: number;
  failed: number;
  facts: number;
  system: number;
}

export const emptyTally = (): Tally => ({ allowed: 0, refused: 0, failed: 0, facts: 0, system: 0 });

export interface BlockResult {
  subtrees: Subtrees;
  /** The subtrees up to `cut`, if it is within this block. */
  cutSubtrees: Subtrees | null;
  /** The first entry that is malformed or goes back in time; nothing after it was looked at but its hash. */
  fault: Fault | null;
  segments: Segment[];
  tally: Tally;
  /** Stamps of the first and last entry looked at. */
  firstStamp: number;
  lastStamp: number;
}

/** Kept from block to block by whoever scans: what was learnt of the entries' forms. */
export interface BlockScanner {
  memo: EntryMemo;
  found: Scanned;
  /** How often runs began anew, with a segment or a clock hour: tells a remembered run of an earlier one apart. */
  turns: number;
  hour: number;
}

export function createBlockScanner(): BlockScanner {
  return { memo: createEntryMemo(), found: nothingScanned(), turns: 0, hour: Number.NaN };
}

/** Scans one block. Never throws on what the entries hold. */
export function scanBlock(scanner: BlockScanner, block: Block): BlockResult {
  const { bytes, ends, lines, firstIndex, cut } = block;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const subtrees = subtreesFrom(firstIndex);
  const result: BlockResult = {
    subtrees,
    cutSubtrees: null,
    fault: null,
    segments: [],
    tally: emptyTally(),
    firstStamp: Number.NaN,
    lastStamp: Number.NaN,
  };
  const work: Work = {
    scanner,
    bytes,
    view,
    result,
    segment: newSegment(scanner, 0),
  };
  result.segments.push(work.segment);
  let start = block.from;
  for (let line = 0; line < lines; line++) {
    const end = ends[line]!;
    if (subtrees.end === cut) result.cutSubtrees = copySubtrees(subtrees);
    addSubtree(subtrees, 0, hashLeafInPlace(bytes, start, end));
    if (result.fault === null) result.fault = examine(work, line, start, end, firstIndex);
    start = end + 1;
  }
  return result;
}

interface Work {
  scanner: BlockScanner;
  bytes: Buffer;
  view: DataView;
  result: BlockResult;
  segment: Segment;
}

function examine(
  work: Work,
  line: number,
  start: number,
  end: number,
  firstIndex: number,
): Fault | null {
  const { scanner, result } = work;
  let isFact: boolean;
  try {
    isFact = readEntry(work, start, end);
  } catch (error) {
    // What JSON.parse says would quote the entry.
    const detail = error instanceof ShapeError ? error.message : 'entry: not JSON';
    return { index: firstIndex + line, reason: 'not-canonical', detail };
  }
  const { stamp } = scanner.found;
  if (line === 0) result.firstStamp = stamp;
  else if (stamp < result.lastStamp) return wentBack(firstIndex + line);
  result.lastStamp = stamp;
  if (!isFact) {
    work.segment.toLine = line + 1;
    return null;
  }
  work.segment.endsInFact = true;
  work.segment = newSegment(scanner, line + 1);
  result.segments.push(work.segment);
  return null;
}

/** Counts the entry and leaves its time in `found`; true if it records a fact. Throws if it is malformed. */
function readEntry(work: Work, start: number, end: number): boolean {
  const { scanner, bytes, view, result } = work;
  const { memo, found } = scanner;
  let known: Remembered | null = recall(memo, view, start, end, found);
  if (known === null && scanEntry(view, start, end, found)) {
    known = remember(memo, view, start, end, found);
  }
  if (known !== null) {
    if (known.outcome === ALLOWED) countRemembered(work, known, start);
    else if (known.outcome === REFUSED) result.tally.refused++;
    else result.tally.failed++;
    return false;
  }
  const entry = parseEntry(bytes.subarray(start, end));
  found.stamp = stampOf(entry.at);
  if (entry.kind === 'access') result.tally[entry.outcome]++;
  else if (entry.kind === 'system') result.tally.system++;
  else result.tally.facts++;
  if (entry.fact !== null) return true;
  if (entry.outcome === 'allowed') count(work, addRun(work, claimOf(entry)), usedBy(entry));
  return false;
}

const ALLOWED = 0x61;
const REFUSED = 0x72;
const SIDES = new Map<number, Entry['side']>([
  [0x70, 'provider'],
  [0x63, 'client'],
  [0x73, 'system'],
]);

function countRemembered(work: Work, known: Remembered, start: number): void {
  const { scanner } = work;
  work.result.tally.allowed++;
  const hour = hourOf(scanner.found.stamp);
  if (hour !== scanner.hour) {
    scanner.hour = hour;
    scanner.turns++;
  }
  if (known.turn !== scanner.turns) {
    known.claim ??= claimIn(work.bytes, start, known);
    known.turn = scanner.turns;
    known.run = addRun(work, known.claim);
  }
  count(work, known.run, known);
}

/** The claim of the entry at `start`, read from the pieces that were scanned. */
function claimIn(bytes: Buffer, start: number, scanned: Scanned): Claim {
  const text = (from: number, to: number) => bytes.toString('latin1', start + from, start + to);
  // From behind the changes: context, fact (null), and what the claim is.
  const terms = JSON.parse(`{${text(scanned.changesEnd + 1, scanned.termsEnd)}}`) as Entry;
  return {
    kind: 'access',
    actor: text(ACTOR_AT, ACTOR_END),
    side: SIDES.get(scanned.side)!,
    role: terms.role,
    instruction: terms.instruction,
    purpose: terms.purpose,
    types: JSON.parse(text(scanned.types, scanned.typesEnd)),
    place: terms.context.place,
    touchesData: scanned.touchesData,
  };
}

function addRun(work: Work, claim: Claim): number {
  const { stamp } = work.scanner.found;
  const run = { claim, count: 0, people: 0, rows: 0, firstStamp: stamp, lastStamp: stamp };
  return work.segment.runs.push(run) - 1;
}

function count(work: Work, index: number, used: { people: number; rows: number }): void {
  const run = work.segment.runs[index]!;
  run.count++;
  run.people += used.people;
  run.rows += used.rows;
  run.lastStamp = work.scanner.found.stamp;
}

function newSegment(scanner: BlockScanner, fromLine: number): Segment {
  scanner.turns++;
  return { fromLine, toLine: fromLine, runs: [], endsInFact: false };
}

function wentBack(index: number): Fault {
  return { index, reason: 'time-went-back', detail: 'earlier than the entry before it' };
}
