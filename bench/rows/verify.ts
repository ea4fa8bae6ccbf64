/** Verifying an evidence bundle with the access rules; bare only reads and hashes its lines. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyBundle } from '#verifier/verify.ts';
import { hashLines } from '../bare/hash-lines.ts';
import type { MeasureRows } from '../context.ts';
import { writeBundle } from '../data/ledger-bundle.ts';
import { interleave, rowOf } from '../measure.ts';

/** The verifier with as many threads as it chooses; a bundle that does not hold would measure nothing. */
export const verifyRows: MeasureRows = async ({ entries, rounds, catalogue }) => {
  const dir = mkdtempSync(join(tmpdir(), 'worksmartly-bundle-'));
  try {
    await writeBundle(dir, entries, catalogue);
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const started = performance.now();
      await work();
      return entries / ((performance.now() - started) / 1000);
    };
    const lines = (): Promise<number> => timed(() => hashLines(join(dir, 'entries.jsonl')));
    const own = (): Promise<number> => timed(() => verifyOrThrow(dir));
    await lines();
    await own();
    const spec = {
      name: 'verifying entries, access rules included',
      size: entries,
      unit: 'entries/s',
      better: 'higher',
      must: 0.3,
      aim: 0.6,
    } as const;
    return [rowOf(spec, await interleave(Math.min(5, rounds), own, lines))];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

async function verifyOrThrow(dir: string): Promise<void> {
  const report = await verifyBundle(dir);
  if (report.failures.length > 0) throw new Error(JSON.stringify(report.failures.slice(0, 3)));
}
