// What a verification found, for machines and for people: what was proved, and what no such verification can prove.
import {
  type AccessCounts,
  type Demands,
  emptyAccessCounts,
  notesOfAccess,
  notProvedOfAccess,
  provedOfAccess,
} from './report-access.ts';
import type { Tally } from './scan-block.ts';
import { emptyTally } from './scan-block.ts';
import type { Reason } from './verification-error.ts';

/** `index` is the entry's, from 0; null where the failure is not one entry's. */
export interface Failure {
  reason: Reason;
  index: number | null;
  detail: string;
}

export interface Report {
  verified: boolean;
  /** The first failure: that of the first failing entry if one fails, else of the bundle. */
  failure: Failure | null;
  failures: Failure[];
  client: string | null;
  /** Entries under the checkpoint, and its root in base64. */
  size: number | null;
  root: string | null;
  /** The vkey of keys.json that signed the checkpoint. */
  key: string | null;
  /** Whether that key is known from outside the bundle. */
  isKeyPinned: boolean;
  /** Size of the older checkpoint that was held against the ledger. */
  since: number | null;
  counts: Tally & AccessCounts;
  demands: Demands;
  proved: string[];
  notProved: string[];
  notes: string[];
}

export const NOT_PINNED = 'log key not pinned: self-consistent only';

const LIMITS = [
  'that a modified server, or whoever holds the root key, opened nothing unrecorded',
  'that the ledger shown here is the one shown to others (compare checkpoints)',
];

export function emptyReport(): Report {
  return {
    verified: false,
    failure: null,
    failures: [],
    client: null,
    size: null,
    root: null,
    key: null,
    isKeyPinned: false,
    since: null,
    counts: { ...emptyTally(), ...emptyAccessCounts() },
    demands: { signed: null, places: null, reviews: null },
    proved: [],
    notProved: [],
    notes: [],
  };
}

/** Fills in the verdict and its sentences from what was found. */
export function concludeReport(report: Report, isAnchored: boolean): void {
  const { failures, counts, demands, size, since } = report;
  report.failure = failures.find(({ index }) => index !== null) ?? failures[0] ?? null;
  report.verified = report.failure === null;
  if (!isAnchored) report.notes.push(NOT_PINNED);
  if (!report.verified) return;
  report.proved.push(
    `${size} entries are exactly those under the signed checkpoint, in its order, and well-formed`,
    `each of ${counts.allowed} answers was allowed by the facts recorded before it`,
    'catalogues and policies are those recorded',
  );
  report.proved.push(...provedOfAccess(demands, counts));
  if (since !== null) {
    report.proved.push(
      `nothing among the first ${since} entries changed since the older checkpoint`,
    );
  }
  report.notProved.push(...LIMITS, ...notProvedOfAccess(demands, counts));
  if (!report.isKeyPinned) {
    const from = since === null ? '' : ` after the first ${since}`;
    report.notProved.push(`that the key is the log's: entries${from} could be made up`);
  }
  report.notes.push(...notesOfAccess(counts));
  if (counts.unregisteredClientEntries > 0) {
    const many = counts.unregisteredClientEntries;
    report.notes.push(`${many} answers went to users of the client whom no fact registers`);
  }
}

/** The report as a person reads it, ending in a newline. */
export function printReport(report: Report): string {
  const { failure, failures, counts, client, size, root, key } = report;
  const lines: string[] = [];
  if (failure !== null) {
    lines.push(`REFUSED: ${failure.reason}${placeOf(failure)}`, '');
    for (const each of failures) lines.push(`  ${each.reason}${placeOf(each)}: ${each.detail}`);
  } else {
    lines.push('VERIFIED', '', 'Proved:', ...report.proved.map(bullet));
    lines.push('', 'Not proved, and no bundle can:', ...report.notProved.map(bullet));
  }
  if (client !== null) lines.push('', `client      ${client}`);
  if (size !== null) lines.push(`checkpoint  ${size} entries, root ${root}`, `key         ${key}`);
  lines.push(
    `entries     ${counts.allowed} allowed, ${counts.refused} refused, ${counts.failed} failed, ` +
      `${counts.facts} facts, ${counts.system} system`,
  );
  for (const note of report.notes) lines.push(`note        ${note}`);
  return `${lines.join('\n')}\n`;
}

const bullet = (sentence: string): string => `  - ${sentence}`;

function placeOf({ index }: Failure): string {
  return index === null ? '' : ` at entry ${index}`;
}
