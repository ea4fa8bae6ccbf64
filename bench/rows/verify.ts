/** Verifying an evidence bundle with the access rules; bare only reads and hashes its lines. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { hashLines } from '../bare/hash-lines.ts';
import { writeBundle } from '../data/ledger-bundle.ts';
import { interleave, type Row, rowOf } from '../measure.ts';

/** `verify` must throw for a bundle that does not hold; null while there is no verifier to measure. */
export async function verifyRows(
  entries: number,
  rounds: number,
  catalogue: Catalogue,
  verify: ((bundle: string) => Promise<void>) | null,
): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'worksmartly-bundle-'));
  try {
    await writeBundle(dir, entries, catalogue);
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const started = performance.now();
      await work();
      return entries / ((performance.now() - started) / 1000);
    };
    const lines = (): Promise<number> => timed(() => hashLines(join(dir, 'entries.jsonl')));
    const own = verify === null ? null : (): Promise<number> => timed(() => verify(dir));
    await lines();
    if (own !== null) await own();
    const spec = {
      name: 'verifying entries, access rules included',
      size: entries,
      unit: 'entries/s',
      better: 'higher',
      must: 0.3,
      aim: 0.6,
    } as const;
    return [rowOf(spec, await interleave(rounds, own, lines))];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
