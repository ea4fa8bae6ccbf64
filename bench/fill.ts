/** Fills both sides, once for all rows: one large client, and many of equal size. The import of the large
 * one is a row of the table itself. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Runner } from './context.ts';
import { staffMapping, writeStaffCsv } from './data/staff-csv.ts';
import { importFile } from './import-file.ts';
import { interleave, type Rounds, type Row, rowOf } from './measure.ts';
import type { Side, SideClient } from './side.ts';

export interface FillRequest {
  worksmartly: Side | null;
  bare: Side;
  /** Where files may be written. */
  dir: string;
  /** Staff of the large client; 0 for none. */
  size: number;
  /** Clients besides it on both sides, with `each` staff. */
  clients: number;
  /** So many more of them on WorkSmartly's side, for the simulation. */
  further: number;
  each: number;
  /** How often the large file is imported, each time into a new client; the last one is kept. */
  rounds: number;
  /** No further round begins after so long. */
  secondsMax: number;
  say: (line: string) => void;
}

export interface FillResult {
  row: Row | null;
  worksmartly: Runner | null;
  bare: Runner;
}

export async function fill(request: FillRequest): Promise<FillResult> {
  const { worksmartly, bare, clients, further } = request;
  const { row, large } = await importLarge(request);
  const filled = async (side: Side, count: number): Promise<Runner> => {
    const many = await importMany(request, side, count);
    await side.settle();
    const first = large[side.name] ?? { id: '', token: '', staff: [] };
    for (const client of [first, ...many]) {
      if (client.id !== '') client.staff = await side.staffOf(client);
    }
    return { side, large: first, many };
  };
  return {
    row,
    bare: await filled(bare, clients),
    worksmartly: worksmartly === null ? null : await filled(worksmartly, clients + further),
  };
}

async function importLarge({ worksmartly, bare, dir, size, ...request }: FillRequest) {
  const large: Partial<Record<Side['name'], SideClient>> = {};
  if (size === 0) return { row: null, large };
  const file = join(dir, 'large.csv');
  await writeStaffCsv(file, 0, size);
  const turn = (side: Side) => async (): Promise<number> => {
    const client = await side.addClient();
    const { seconds, added } = await importFile(side, client, file, staffMapping);
    if (added !== size) throw new Error(`${side.name} added ${added} of ${size}`);
    large[side.name] = client;
    request.say(`  ${side.name} imported ${size} in ${seconds.toFixed(1)} s`);
    return size / seconds;
  };
  const figures: Rounds = { worksmartly: [], bare: [] };
  const started = performance.now();
  for (let round = 0; round < request.rounds; round++) {
    if (round > 0 && performance.now() - started > request.secondsMax * 1000) break;
    const own = worksmartly === null ? null : turn(worksmartly);
    const once = await interleave(1, own, turn(bare));
    figures.worksmartly.push(...once.worksmartly);
    figures.bare.push(...once.bare);
  }
  rmSync(file);
  const spec = {
    name: 'import, 18 columns',
    size,
    unit: 'rows/s',
    better: 'higher',
    must: 0.35,
    aim: 0.6,
  } as const;
  return { row: rowOf(spec, figures), large };
}

const AT_ONCE = 2;
const FILES = 4;

async function importMany(
  { dir, each, say }: FillRequest,
  side: Side,
  count: number,
): Promise<SideClient[]> {
  // A few different files are enough: the clients share no row.
  const files = Array.from({ length: Math.min(FILES, count) }, (_, number) =>
    join(dir, `client-${number}.csv`),
  );
  for (const [number, file] of files.entries()) await writeStaffCsv(file, number + 1, each);
  const made: SideClient[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      const file = files[next++ % files.length]!;
      const client = await side.addClient();
      await importFile(side, client, file, staffMapping);
      made.push(client);
      if (made.length % 100 === 0) say(`  ${side.name}: ${made.length} of ${count} clients`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  for (const file of files) rmSync(file, { force: true });
  return made;
}
