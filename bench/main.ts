/**
 * `npm run bench`: WorkSmartly against bare in one run, interleaved (DESIGN §10). The load clients
 * run in this process; both servers and the database have processes of their own.
 */
import { join } from 'node:path';
import { adoptCatalogue } from '../src/catalogue/adopt.ts';
import { loadCatalogue } from '../src/catalogue/load.ts';
import { startBare } from './bare/side.ts';
import { openCluster } from './cluster.ts';
import { type BenchContext, CLIENTS } from './context.ts';
import { fill } from './fill.ts';
import type { Row } from './measure.ts';
import type { Side } from './side.ts';
import { STEPS, type Step, type StepName } from './steps.ts';
import { startWorksmartly } from './worksmartly/side.ts';

export interface BenchOptions {
  /** quick: 100,000 staff in at most four minutes; full: 1,000,000, in at most half an hour. */
  scale: 'quick' | 'full';
  /** Only these rows; all of them when absent. */
  steps?: readonly StepName[];
  /** Only bare, while WorkSmartly is not there to be measured. */
  bareOnly?: boolean;
  /** Divides the staff, entries and further clients of the scale, for trying it out. */
  part?: number;
  /** Progress and notes go here, one line at a time. */
  say: (line: string) => void;
  /** Told of the rows of each step as it ends: a run that is cut off keeps what it has. */
  onRows?: (rows: readonly Row[]) => void;
}

const scales = {
  quick: {
    size: 100_000,
    entries: 200_000,
    rounds: 5,
    roundSeconds: 0.8,
    slowSeconds: 12,
    importRounds: 2,
    importSeconds: 25,
    each: 200,
    further: 0,
  },
  full: {
    size: 1_000_000,
    entries: 1_000_000,
    rounds: 5,
    roundSeconds: 3,
    slowSeconds: 90,
    importRounds: 1,
    importSeconds: 0,
    each: 1000,
    further: 900,
  },
};

/** Starts everything in a temporary directory, measures, stops everything and answers the rows. */
export async function runBench(options: BenchOptions): Promise<Row[]> {
  const scale = scales[options.scale];
  const part = (count: number): number => Math.ceil(count / (options.part ?? 1));
  const [size, each, entries] = [part(scale.size), part(scale.each), part(scale.entries)];
  const names = options.steps ?? (Object.keys(STEPS) as StepName[]);
  const steps: readonly Step[] = names.map((name) => STEPS[name]);
  const needs = (what: Step['needs'][number]): boolean =>
    steps.some((step) => step.needs.includes(what));
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
    const clients = needs('many') ? CLIENTS : 0;
    const further = needs('further') ? part(scale.further) : 0;
    const large = needs('large') ? size : 0;
    say(`importing ${large} people, and ${clients + further} clients of ${each}`);
    const filled = await fill({
      ...{ worksmartly, bare, dir: cluster.dir, size: large, clients, further, each, say },
      rounds: names.includes('import') ? scale.importRounds : 1,
      secondsMax: scale.importSeconds,
    });
    const context: BenchContext = {
      bare: filled.bare,
      worksmartly: filled.worksmartly,
      ...{ size, entries, catalogue },
      rounds: scale.rounds,
      roundSeconds: scale.roundSeconds,
      slowSeconds: scale.slowSeconds,
      imported: filled.row === null ? [] : [filled.row],
      note: (text) => say(`  ${text}`),
    };
    const rows: Row[] = [];
    for (const { label, measure } of steps) {
      say(label);
      rows.push(...(await measure(context)));
      options.onRows?.(rows);
    }
    say('done');
    return rows;
  } finally {
    for (const side of sides) await side.stop();
    await cluster.stop();
  }
}
