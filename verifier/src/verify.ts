// Verifies an evidence bundle (FORMATS §2) as an outsider would: from the bundle alone, and what the outsider holds already.
import { createHash, hash } from 'node:crypto';
import { createBlockCutter, cutBlock } from './block-source.ts';
import { type Bundle, openBundle, readMember } from './bundle.ts';
import { verifyCatalogues, verifyPolicies } from './documents.ts';
import { ENTRY_BYTES_MAX } from './entry.ts';
import { accessCountsOf, emptyFold, foldBlock, type LedgerFold } from './ledger-fold.ts';
import { type Manifest, parseKeys, parseManifest } from './manifest.ts';
import { concludeReport, emptyReport, type Report } from './report.ts';
import { demandsOf } from './report-access.ts';
import type { BlockResult } from './scan-block.ts';
import { openScanPool, type ScanPool } from './scan-pool.ts';
import { findOtherRoot } from './seen-roots.ts';
import { rootOf } from './subtrees.ts';
import { type Authenticated, authenticate, verifyLogKeys } from './trust.ts';
import { VerificationError } from './verification-error.ts';

export interface VerifyOptions {
  /** The log's verifier key, from a source other than the bundle. */
  key?: string;
  /** An older checkpoint of the same log (the signed note), kept by the outsider. */
  since?: string;
  /** Threads for the entries; unless given, as many as are worth it. 0 means the calling thread. */
  threads?: number;
  /** An open pool to use, and to leave open, instead of starting threads for this bundle alone. */
  pool?: ScanPool;
  /** Called now and then with the number of entries read so far, and the number there should be. */
  onProgress?: (entries: number, size: number) => void;
}

/**
 * Verifies the bundle at `path`. What does not verify is reported, never thrown; what is thrown is an unreadable file or a
 * bug. Memory does not grow with the number of entries, only with that of facts.
 */
export async function verifyBundle(path: string, options: VerifyOptions = {}): Promise<Report> {
  const report = emptyReport();
  let isAnchored = false;
  await attempt(report, async () => {
    const bundle = await openBundle(path);
    try {
      isAnchored = await verifyOpen(report, bundle, options);
    } finally {
      await bundle.close();
    }
  });
  concludeReport(report, isAnchored);
  return report;
}

/** True if the result rests on something that the outsider brought. */
async function verifyOpen(
  report: Report,
  bundle: Bundle,
  options: VerifyOptions,
): Promise<boolean> {
  const manifest = parseManifest(await readMember(bundle, 'manifest.json'));
  report.client = manifest.client;
  verifyNames(bundle, manifest);
  const small = new Map<string, Buffer>();
  for (const name of bundle.names) {
    if (name === 'manifest.json' || name === ENTRIES) continue;
    const bytes = await readMember(bundle, name);
    small.set(name, bytes);
    await attempt(report, () => verifyDigest(manifest, name, hash('sha256', bytes, 'hex')));
  }
  const keys = parseKeys(small.get('keys.json')!);
  const note = small.get('checkpoint')!.toString('utf8');
  const { key, since } = options;
  let trust: Authenticated | null = null;
  await attempt(report, () => {
    trust = authenticate({ manifest, keys, note, key, since });
  });
  const signed = trust as Authenticated | null;
  report.key = keys.logText;
  report.size = signed?.checkpoint.size ?? null;
  report.root = signed?.checkpoint.root.toString('base64') ?? null;
  report.isKeyPinned = signed?.isKeyPinned ?? false;
  report.since = signed?.since?.size ?? null;

  const fold = await streamEntries(report, bundle, manifest, signed, options);
  report.counts = { ...fold.tally, ...accessCountsOf(fold) };
  report.demands = demandsOf(fold);
  // After a fault no further facts were folded: what the last facts say is not known then.
  if (fold.fault === null) {
    const vkeys = fold.logKeys.map(({ vkey }) => vkey);
    await attempt(report, () => verifyLogKeys(keys, vkeys));
    await attempt(report, () => verifyCatalogues(small.get('catalogue.json')!, fold.adopted));
    await attempt(report, () => verifyPolicies(policyDigests(manifest), fold.policies));
  }
  return signed !== null && (key !== undefined || since !== undefined);
}

const ENTRIES = 'entries.jsonl';
const POLICIES = 'policies/';

async function streamEntries(
  report: Report,
  bundle: Bundle,
  manifest: Manifest,
  signed: Authenticated | null,
  options: VerifyOptions,
): Promise<LedgerFold> {
  const bytes = bundle.sizeOf(ENTRIES);
  if (bytes > manifest.size * (ENTRY_BYTES_MAX + 1)) {
    throw new VerificationError('not-canonical', 'more bytes than so many entries can have');
  }
  const digest = createHash('sha256');
  const source = await bundle.source(ENTRIES);
  const cutter = createBlockCutter(source, digest);
  const fold = emptyFold(`worksmartly/${manifest.client}`);
  const pool = options.pool ?? openScanPool(bytes, options.threads);
  try {
    const { slots } = pool;
    const cut = signed?.since?.size ?? null;
    const answers: Promise<BlockResult>[] = [];
    let folded = 0;
    const foldNext = async (): Promise<void> => {
      const slot = slots[folded % slots.length]!;
      foldBlock(fold, slot, await answers.shift()!);
      folded++;
      options.onProgress?.(fold.tree.end, manifest.size);
    };
    for (let block = 0; ; block++) {
      if (answers.length === slots.length) await foldNext();
      const slot = block % slots.length;
      const lines = await cutBlock(cutter, slots[slot]!);
      if (lines === null) break;
      answers.push(pool.scan({ slot, ...lines, cut }));
    }
    while (answers.length > 0) await foldNext();
  } finally {
    if (options.pool === undefined) await pool.close();
    await source.close();
  }
  fold.fault ??= cutter.fault;
  if (fold.fault === null && fold.seen.length > 0) {
    fold.fault = await findOtherRoot(await bundle.source(ENTRIES), fold.starts, fold.seen);
  }
  if (fold.fault !== null) report.failures.push(fold.fault);
  if (cutter.fault === null) {
    await attempt(report, () => verifyDigest(manifest, ENTRIES, digest.digest('hex')));
  }
  if (signed !== null) verifyRoots(report, manifest, fold, signed);
  return fold;
}

function verifyRoots(
  report: Report,
  manifest: Manifest,
  fold: LedgerFold,
  signed: Authenticated,
): void {
  const { checkpoint, since } = signed;
  const found = fold.tree.end;
  if (found < checkpoint.size) {
    const detail = `the checkpoint covers ${checkpoint.size} entries`;
    report.failures.push({ reason: 'entry-missing', index: found, detail });
  } else if (found > checkpoint.size) {
    const detail = `the checkpoint covers ${checkpoint.size} entries`;
    report.failures.push({ reason: 'root-differs', index: checkpoint.size, detail });
  } else if (!rootOf(fold.tree).equals(checkpoint.root)) {
    const detail = 'the entries are not those under the checkpoint';
    report.failures.push({ reason: 'root-differs', index: null, detail });
  } else if (manifest.size !== found) {
    const detail = 'manifest.json has another size than the checkpoint';
    report.failures.push({ reason: 'root-differs', index: null, detail });
  }
  if (since === null || since.size > found) return;
  const rootThen = since.size === found ? rootOf(fold.tree) : fold.cutRoot;
  if (rootThen?.equals(since.root)) return;
  const detail = `the first ${since.size} entries are not those under the older checkpoint`;
  report.failures.push({ reason: 'root-differs', index: null, detail });
}

function verifyNames(bundle: Bundle, manifest: Manifest): void {
  const held = new Set(bundle.names);
  held.delete('manifest.json');
  const listed = new Set(Object.keys(manifest.files));
  const unlisted = held.difference(listed).values().next().value;
  if (unlisted !== undefined) {
    throw new VerificationError('not-canonical', `bundle: ${unlisted} is not in the manifest`);
  }
  const missing = listed.difference(held).size;
  if (missing > 0) {
    throw new VerificationError('entry-missing', 'bundle: a file of the manifest is missing');
  }
}

function verifyDigest(manifest: Manifest, name: string, found: string): void {
  if (manifest.files[name] === found) return;
  throw new VerificationError('digest-differs', `${name} is not the file of the manifest`);
}

/** SHA-256 of each policy file by its name within policies/; the manifest's, which are verified. */
function policyDigests({ files }: Manifest): Record<string, string> {
  const policies = Object.entries(files).filter(([name]) => name.startsWith(POLICIES));
  return Object.fromEntries(
    policies.map(([name, sha256]) => [name.slice(POLICIES.length), sha256]),
  );
}

async function attempt(report: Report, step: () => void | Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    report.failures.push({ reason: error.reason, index: null, detail: error.message });
  }
}
