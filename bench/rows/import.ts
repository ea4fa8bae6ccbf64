/** The import of a staff file; it also fills both sides for everything after it. */
import { staffCsv, staffMapping } from '../data/staff-csv.ts';
import { importFile } from '../import-file.ts';
import { interleave, type Rounds, type Row, rowOf } from '../measure.ts';
import type { Side, SideClient } from '../side.ts';

export interface Filled {
  large: SideClient;
  many: SideClient[];
}

export interface ImportRequest {
  worksmartly: Side | null;
  bare: Side;
  /** Staff of the large client. */
  size: number;
  /** Clients besides it, with `each` staff. */
  clients: number;
  each: number;
  rounds: number;
  /** No further round begins after so long. */
  secondsMax: number;
}

export interface ImportResult {
  row: Row;
  worksmartly: Filled | null;
  bare: Filled;
}

/** Each round imports the large file into a new client; the last one is kept for the other rows. */
export async function importRows(request: ImportRequest): Promise<ImportResult> {
  const { worksmartly, bare, size, clients, each, rounds, secondsMax } = request;
  const file = staffCsv(0, size);
  const large = { worksmartly: null as SideClient | null, bare: null as SideClient | null };
  const turn = (side: Side) => async (): Promise<number> => {
    const client = await side.addClient();
    const { seconds, added } = await importFile(side, client, file, staffMapping);
    if (added !== size) throw new Error(`${side.name} added ${added} of ${size}`);
    large[side.name] = client;
    return size / seconds;
  };
  const figures: Rounds = { worksmartly: [], bare: [] };
  const started = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && performance.now() - started > secondsMax * 1000) break;
    const own = worksmartly === null ? null : turn(worksmartly);
    const once = await interleave(1, own, turn(bare));
    figures.worksmartly.push(...once.worksmartly);
    figures.bare.push(...once.bare);
  }
  const many = await fillMany(worksmartly === null ? [bare] : [bare, worksmartly], clients, each);
  const filled = async (side: Side): Promise<Filled> => {
    await side.settle();
    const own = many.get(side) ?? [];
    const first = large[side.name] as SideClient;
    for (const client of [first, ...own]) client.staff = await side.staffOf(client);
    return { large: first, many: own };
  };
  const spec = {
    name: 'import, 18 columns',
    size,
    unit: 'rows/s',
    better: 'higher',
    must: 0.35,
    aim: 0.6,
  } as const;
  return {
    row: rowOf(spec, figures),
    worksmartly: worksmartly === null ? null : await filled(worksmartly),
    bare: await filled(bare),
  };
}

const openAtOnce = 1;

async function fillMany(
  sides: Side[],
  clients: number,
  each: number,
): Promise<Map<Side, SideClient[]>> {
  const made = new Map<Side, SideClient[]>(sides.map((side) => [side, []]));
  // A few different files are enough: the clients share no row.
  const files = Array.from({ length: 4 }, (_, number) => staffCsv(number + 1, each));
  for (const side of sides) {
    const list = made.get(side) as SideClient[];
    while (list.length < clients) {
      const next = Math.min(openAtOnce, clients - list.length);
      list.push(...(await Promise.all(Array.from({ length: next }, () => side.addClient()))));
    }
    for (const [number, client] of list.entries()) {
      await importFile(side, client, files[number % files.length] as Buffer, staffMapping);
    }
  }
  return made;
}
