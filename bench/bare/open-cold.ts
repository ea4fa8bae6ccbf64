/**
 * Bare's cold opening in a fresh process: plaintext rows into memory and DuckDB until the first page
 * of staff is sorted. Prints {"ms"}; the connection is open before the clock starts, as it is in a
 * server that has just started.
 */
import { readFileSync } from 'node:fs';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { openBare } from './database.ts';
import { type BareModel, loadModel } from './load-model.ts';
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
const model = await loadModel(database.pool, catalogue, client, false);
if (firstPage(model).length === 0) throw new Error('nobody was loaded');
process.stdout.write(`${JSON.stringify({ ms: performance.now() - started })}\n`);
await database.close();

function firstPage({ tables }: BareModel): string[] {
  const person = tables.get('person');
  const at = person?.held.elements.findIndex((held) => held.id === 'person.lastName') ?? -1;
  const column = person?.columns[at];
  if (column?.kind !== 'text') return [];
  const names = column.texts.slice(0, person?.ids.size).map((name) => name ?? '');
  return names.sort().slice(0, 50);
}
