// Measures a whole verification, access rules included, against bare: the lines of the same file read and each hashed once
// with SHA-256, one thread. Interleaved, threads started and warmed up before; prints the median of each. With `--cold` each
// verification starts its own threads. `--entries N`, `--runs N`, `--threads N`, `--json`.
import { hash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openScanPool, type ScanPool } from '../src/scan-pool.ts';
import { type VerifyOptions, verifyBundle } from '../src/verify.ts';
import { writeLedger } from './make-ledger.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '5' },
    threads: { type: 'string' },
    cold: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [size, runs] = [Number(values.entries), Number(values.runs)];
let pool: ScanPool | null = null;
const directory = mkdtempSync(join(tmpdir(), 'worksmartly-verify-bench-'));
try {
  writeLedger(directory, size);
  const entries = join(directory, 'entries.jsonl');
  const times: { bare: number[]; verify: number[] } = { bare: [], verify: [] };
  const threads = values.threads === undefined ? undefined : Number(values.threads);
  pool = values.cold ? null : openScanPool(statSync(entries).size, threads);
  const options: VerifyOptions = pool === null ? {} : { pool };
  if (threads !== undefined) options.threads = threads;
  let rss = 0;
  for (let run = 0; run <= runs; run++) {
    const bare = await timed(() => hashLines(entries));
    const verify = await timed(async () => {
      const report = await verifyBundle(directory, {
        ...options,
        onProgress: () => {
          rss = Math.max(rss, process.memoryUsage.rss());
        },
      });
      if (!report.verified) throw new Error(JSON.stringify(report.failures));
    });
    // The first round warms up both.
    if (run > 0) {
      times.bare.push(bare);
      times.verify.push(verify);
    }
  }
  const [bare, verify] = [median(times.bare), median(times.verify)];
  const result = {
    entries: size,
    bytes: statSync(entries).size,
    bareMs: Math.round(bare),
    verifyMs: Math.round(verify),
    ratio: Number((bare / verify).toFixed(2)),
    rssMaxMiB: Math.round(rss / 2 ** 20),
  };
  process.stdout.write(
    values.json
      ? `${JSON.stringify(result)}\n`
      : `${size} entries, ${result.bytes} bytes: bare ${result.bareMs} ms, verified in ${result.verifyMs} ms, ` +
          `${result.ratio} × bare's speed (must 0.3, aim 0.6), at most ${result.rssMaxMiB} MiB resident\n`,
  );
} finally {
  await pool?.close();
  rmSync(directory, { recursive: true, force: true });
}

/** Bare: reads lines and hashes each, in the fastest way that one thread of Node has. */
function hashLines(path: string): number {
  const file = openSync(path, 'r');
  const block = Buffer.alloc(1 << 20);
  let [filled, lines] = [0, 0];
  for (;;) {
    const read = readSync(file, block, filled, block.length - filled, null);
    if (read === 0) break;
    filled += read;
    let start = 0;
    for (
      let end = block.indexOf(0x0a);
      end >= 0 && end < filled;
      end = block.indexOf(0x0a, start)
    ) {
      hash('sha256', block.subarray(start, end), 'latin1');
      start = end + 1;
      lines++;
    }
    block.copyWithin(0, start, filled);
    filled -= start;
  }
  closeSync(file);
  return lines;
}

async function timed(work: () => unknown): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
