/**
 * `npm run bench`: WorkSmartly against bare in one run, interleaved (DESIGN §10). The load clients
 * run in this process; both servers and the database have processes of their own.
 */
import { join } from 'node:path';
import { adoptCatalogue } from '../src/catalogue/adopt.ts';
import { loadCatalogue } from '../src/catalogue/load.ts';
import { startBare } from './bare/side.ts';
import { openCluster } from './cluster.ts';
import type { BenchContext, MeasureRows } from './context.ts';
import type { Row } from './measure.ts';
import { flatRows } from './rows/flat.ts';
import { importRows } from './rows/import.ts';
import { memoryRows } from './rows/memory.ts';
import { openColdRows } from './rows/open-cold.ts';
import { personReadRows } from './rows/person-read.ts';
import { recordWriteRows } from './rows/record-write.ts';
import { reportRows } from './rows/reports.ts';
import { staffListRows } from './rows/staff-list.ts';
import { verifyRows } from './rows/verify.ts';
import type { Side } from './side.ts';
import { startWorksmartly } from './worksmartly/side.ts';

export interface BenchOptions {
  /** quick: 100,000 staff in at most four minutes; full: 1,000,000. */
  scale: 'quick' | 'full';
  /** Only bare, while WorkSmartly is not there to be measured. */
  bareOnly?: boolean;
  /** Replaces the staff of the large client, for trying things out. */
  size?: number;
  /** Progress and notes go here, one line at a time. */
  say: (line: string) => void;
}

const scales = {
  quick: {
    size: 100_000,
    entries: 200_000,
    rounds: 5,
    roundSeconds: 0.8,
    importRounds: 2,
    each: 200,
  },
  full: {
    size: 1_000_000,
    entries: 1_000_000,
    rounds: 8,
    roundSeconds: 4,
    importRounds: 2,
    each: 1000,
  },
};
const clients = 100;

/** Starts everything in a temporary directory, measures, stops everything and answers the rows. */
export async function runBench(options: BenchOptions): Promise<Row[]> {
  const scale = { ...scales[options.scale], ...(options.size && { size: options.size }) };
  const catalogue = adoptCatalogue(loadCatalogue(join(import.meta.dirname, '../catalogue')), [
    'US',
    'US-CA',
  ]);
  const started = performance.now();
  const say = (line: string): void =>
    options.say(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  const cluster = await openCluster();
  const sides: Side[] = [];
  try {
    const bare = await startBare(cluster, catalogue);
    sides.push(bare);
    const worksmartly = options.bareOnly === true ? null : await startWorksmartly(cluster);
    if (worksmartly !== null) sides.push(worksmartly);
    say(`importing ${scale.size} people and ${clients} clients of ${scale.each}`);
    const { size, entries, rounds, roundSeconds, each } = scale;
    const filled = await importRows({
      worksmartly,
      bare,
      size,
      clients,
      each,
      rounds: scale.importRounds,
      secondsMax: options.scale === 'quick' ? 25 : 600,
    });
    const own = filled.worksmartly;
    const context: BenchContext = {
      bare: { side: bare, ...filled.bare },
      worksmartly: worksmartly === null || own === null ? null : { side: worksmartly, ...own },
      size,
      rounds,
      roundSeconds,
      entries,
      note: (text) => say(`  ${text}`),
    };
    const rows: Row[] = [];
    for (const [label, measure] of stepsWith(filled.row)) {
      say(label);
      rows.push(...(await measure(context)));
    }
    say('verifier');
    rows.push(...(await verifyRows(entries, Math.min(5, rounds), catalogue)));
    return rows;
  } finally {
    for (const side of sides) await side.stop();
    await cluster.stop();
  }
}

/** In the order of the table; the import has been measured before, as it fills both sides. */
function stepsWith(imported: Row): [string, MeasureRows][] {
  return [
    ['person file', personReadRows],
    ['record write', recordWriteRows],
    ['staff list', staffListRows],
    ['reports', reportRows],
    ['import', async () => [imported]],
    ['opening cold', openColdRows],
    ['100 clients against 1', flatRows],
    ['memory', memoryRows],
  ];
}
