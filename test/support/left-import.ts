/** Imports in the states that the operations on them need. */
import pg from 'pg';
import { must } from './api.ts';
import type { Scene } from './example-calls.ts';
import { mappingOf, staffFile, upload } from './request-bodies.ts';
import { importEnd } from './scene.ts';
import type { Persona } from './world.ts';

const IMPORTERS: readonly Persona[] = ['servicing', 'product', 'hr'];

/** An import of one new person, by the scene's persona where that one may, at its end. */
export async function leaveImport(scene: Scene, mode: 'check' | 'commit'): Promise<string> {
  const { world, persona, serial } = scene;
  const by = IMPORTERS.includes(persona) ? persona : 'hr';
  const file = staffFile([[serial(), 'Odalys', 'Wintergreen', '2021-05-01']]);
  const { id } = await must(world.url, world.tokens[by], 'imports.start', {
    params: { c: world.clients[0] },
    query: { mode },
    body: upload(file, mappingOf()),
  });
  await importEnd(world, id);
  return id;
}

/** One that looks as if its process had died; nothing of it is stored. */
export async function leaveInterrupted(scene: Scene): Promise<string> {
  const id = await leaveImport(scene, 'check');
  const owner = new pg.Client(scene.world.database.connection('owner'));
  await owner.connect();
  await owner.query(`set app.client = '${scene.world.clients[0].slice(4)}'`);
  const text = `update staff_import set state = 'interrupted' where import_id = $1`;
  await owner.query(text, [id.slice(4)]);
  await owner.end();
  return id;
}
