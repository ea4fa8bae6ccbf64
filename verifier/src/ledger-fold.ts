// Takes the results of blocks in order: grows the tree, folds the facts, and judges every claim by the facts before it.
import { type Authority, emptyAuthority, foldFact } from './authority.ts';
import type { OpenSlot } from './block-source.ts';
import { BLOCK_START } from './block-source.ts';
import type { Adopted } from './documents.ts';
import { type Entry, parseEntry } from './entry.ts';
import { countLateReviews } from './exception-reviews.ts';
import { type Budget, SIGNED } from './fact.ts';
import { type AccessCounts, emptyAccessCounts } from './report-access.ts';
import { judgeClaim, judgeEntry } from './rule-a.ts';
import { arePlacesChecked } from './rule-a-place.ts';
import { verifyFact } from './rule-facts.ts';
import {
  type BlockResult,
  type ClaimRun,
  emptyTally,
  type Fault,
  type Segment,
  type Tally,
} from './scan-block.ts';
import type { SeenRoot } from './seen-roots.ts';
import { appendSubtrees, copySubtrees, rootOf, type Subtrees, subtreesFrom } from './subtrees.ts';
import { stampOf } from './time-stamp.ts';
import { addUsage, isOverBudget, type Usage } from './usage.ts';
import { type Reason, VerificationError } from './verification-error.ts';

/** All that is kept of a ledger while it streams by: the authority it adds up to, its tree's frontier, and counts. */
export interface LedgerFold {
  /** Of the ledger, as its signers saw it: `worksmartly/cli_…`. */
  origin: string;
  authority: Authority;
  usage: Usage;
  tree: Subtrees;
  /** The tree before each block. */
  starts: Subtrees[];
  /** What signers say of the ledger they saw. */
  seen: SeenRoot[];
  /** The root at the size asked for, once it has been passed. */
  cutRoot: Buffer | null;
  /** The first entry that breaks a rule; entries after it are hashed and no longer judged. */
  fault: Fault | null;
  tally: Tally;
  /** Of facts and of answers; what follows from the authority is added at the end. */
  counts: AccessCounts;
  adopted: Adopted[];
  policies: string | null;
  /** vkeys of the log.key facts, in order. */
  logKeys: { index: number; vkey: string }[];
  lastStamp: number;
}

export function emptyFold(origin: string): LedgerFold {
  return {
    origin,
    authority: emptyAuthority(),
    usage: new Map(),
    tree: subtreesFrom(0),
    starts: [],
    seen: [],
    cutRoot: null,
    fault: null,
    tally: emptyTally(),
    counts: emptyAccessCounts(),
    adopted: [],
    policies: null,
    logKeys: [],
    lastStamp: Number.NEGATIVE_INFINITY,
  };
}

/** Takes the next block's result; its lines must still be in `slot`. */
export function foldBlock(fold: LedgerFold, slot: OpenSlot, result: BlockResult): void {
  const firstIndex = fold.tree.end;
  if (result.cutSubtrees !== null) {
    const cut = copySubtrees(fold.tree);
    appendSubtrees(cut, result.cutSubtrees);
    fold.cutRoot = rootOf(cut);
  }
  fold.starts.push(copySubtrees(fold.tree));
  appendSubtrees(fold.tree, result.subtrees);
  if (fold.fault !== null) return;
  for (const kind of Object.keys(fold.tally) as (keyof Tally)[]) {
    fold.tally[kind] += result.tally[kind];
  }
  if (result.firstStamp < fold.lastStamp) {
    const detail = 'earlier than the entry before it';
    fold.fault = { index: firstIndex, reason: 'time-went-back', detail };
    return;
  }
  for (const segment of result.segments) {
    judgeSegment(fold, slot, firstIndex, segment);
    if (fold.fault !== null) return;
  }
  fold.fault = result.fault;
  if (!Number.isNaN(result.lastStamp)) fold.lastStamp = result.lastStamp;
}

function judgeSegment(
  fold: LedgerFold,
  slot: OpenSlot,
  firstIndex: number,
  segment: Segment,
): void {
  const { authority } = fold;
  const usage = new Map(fold.usage);
  if (segment.runs.every((run) => isCovered(authority, usage, run))) fold.usage = usage;
  else {
    // A run that does not stay covered from its first entry to its last may still be: by one period after another.
    for (let line = segment.fromLine; line < segment.toLine; line++) {
      const reason = judgeEntry(authority, fold.usage, entryAt(slot, line));
      if (reason === null) continue;
      fold.fault = faultAt(firstIndex + line, reason, entryAt(slot, line));
      return;
    }
  }
  for (const run of segment.runs) countRun(fold, run);
  if (!segment.endsInFact) return;
  const index = firstIndex + segment.toLine;
  const entry = entryAt(slot, segment.toLine);
  const reason = judgeEntry(authority, fold.usage, entry);
  if (reason !== null) fold.fault = faultAt(index, reason, entry);
  else takeFact(fold, index, entry);
}

/** Whether all entries of a run are covered; adds what they used. Within an hour sums only grow, so that the last one tells. */
function isCovered(authority: Authority, usage: Usage, run: ClaimRun): boolean {
  const { claim, firstStamp, lastStamp, people, rows } = run;
  const { reason, until, budget } = judgeClaim(authority, claim, firstStamp);
  if (reason !== null || lastStamp >= until) return false;
  addUsage(usage, claim.actor, firstStamp, people, rows);
  return budget === null || !isOverBudget(usage, claim.actor, budget);
}

function countRun({ authority, counts }: LedgerFold, { claim, count, firstStamp }: ClaimRun): void {
  const { side, place, actor, kind, touchesData } = claim;
  if (side === 'client' && !authority.users.has(actor)) counts.unregisteredClientEntries += count;
  if (side !== 'provider' || (kind !== 'access' && !touchesData)) return;
  if (!arePlacesChecked(authority, firstStamp)) counts.uncheckedPlaces += count;
  else if (place.kind === 'exception') counts.underException += count;
  else counts.fromPremises += count;
}

/** What is to be told of a ledger that was read to its end. */
export function accessCountsOf({ authority, counts, lastStamp }: LedgerFold): AccessCounts {
  const assignments = [...authority.assignments.values()].flat();
  const isLimiting = (budget: Budget | null) =>
    Object.values(budget ?? {}).some((limit) => limit !== null);
  return {
    ...counts,
    exceptions: authority.exceptions.size,
    lateExceptionReviews: countLateReviews(authority, lastStamp),
    suspensions: authority.suspensions.size,
    reviews: authority.reviews.size,
    budgets: assignments.filter(({ budget }) => isLimiting(budget)).length,
  };
}

function takeFact(fold: LedgerFold, index: number, entry: Entry): void {
  const fact = entry.fact!;
  try {
    const seen = verifyFact(fold.authority, fold.origin, entry, index);
    if (seen !== null) fold.seen.push(seen);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    fold.fault = { index, reason: error.reason, detail: error.message };
    return;
  }
  foldFact(fold.authority, fact, stampOf(entry.at), index);
  if (fact.signature !== null) fold.counts.signedFacts++;
  else if (SIGNED.has(fact.type)) fold.counts.unsignedFacts++;
  if (fact.type === 'catalogue.adopted') {
    fold.adopted.push({ version: fact.version, sha256: fact.sha256 });
  } else if (fact.type === 'policies.loaded') fold.policies = fact.sha256;
  else if (fact.type === 'log.key') fold.logKeys.push({ index, vkey: fact.vkey });
}

function entryAt({ bytes, ends }: OpenSlot, line: number): Entry {
  const start = line === 0 ? BLOCK_START : ends[line - 1]! + 1;
  return parseEntry(bytes.subarray(start, ends[line]!));
}

function faultAt(index: number, reason: Reason, { actor, op, at }: Entry): Fault {
  return { index, reason, detail: `${op} by ${actor} at ${at}` };
}
