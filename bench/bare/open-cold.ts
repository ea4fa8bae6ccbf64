/**
 * Bare's cold opening in a fresh process: plaintext rows into the same memory until the first page
 * of staff is there. Prints {"ms"}; the connection is open before the clock starts, as it is in a
 * server that has just started.
 */
import { readFileSync } from 'node:fs';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { dayOf } from '../../src/server/readmodel/day.ts';
import { listPeople } from '../../src/server/readmodel/list.ts';
import type { ListQuery } from '../../src/server/readmodel/messages.ts';
import { View } from '../../src/server/readmodel/view.ts';
import { openBare } from './database.ts';
import { loadModel } from './load-model.ts';
import type { BareConfig } from './serve.ts';

const { connection, catalogueFile, client } = JSON.parse(
  process.argv[2] as string,
) as BareConfig & {
  client: string;
};
const catalogue = JSON.parse(readFileSync(catalogueFile, 'utf8')) as Catalogue;
const database = openBare(connection);
await database.pool.query('select 1');
const started = performance.now();
const { data } = await loadModel(database.pool, catalogue, client, false);
const today = new Date().toISOString().slice(0, 10);
const view = new View(data, dayOf(today));
const query: ListQuery = {
  today,
  scope: { kind: 'all' },
  rights: { types: catalogue.types.map((type) => type.id), sensitivities: ['R1', 'R2', 'R3'] },
  limit: 50,
};
const page = listPeople(view, query, view.present.slice());
if (page.items.length === 0) throw new Error('nobody was loaded');
process.stdout.write(`${JSON.stringify({ ms: performance.now() - started })}\n`);
await database.close();
