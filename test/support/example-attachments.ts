/** Parts of valid requests about documents and bulk edits; see `example-calls.ts`. */
import { type Asked, must } from './api.ts';
import { documentUpload, pdfFile } from './documents.ts';
import type { Scene } from './example-calls.ts';

export function bulkEdit({ world, serial }: Scene) {
  const set = { 'job.division': `Division ${serial()}` };
  return { select: { ids: [world.people[3]!.id] }, set };
}

/** A preview is its maker's: whoever may make none is given somebody else's. */
export async function previewed(scene: Scene): Promise<string> {
  const { url, tokens } = scene.world;
  const { persona } = scene;
  const maker = persona === 'servicing' || persona === 'product' ? persona : 'hr';
  const asked = {
    params: { c: scene.world.clients[0] },
    query: { mode: 'check' },
    body: bulkEdit(scene),
  };
  return (await must(url, tokens[maker], 'bulk.start', asked)).id;
}

/** A new contract of somebody, to which nothing is attached yet. */
export async function contract({ world }: Scene, i: number) {
  const params = { c: world.clients[0], sub: world.people[i]!.id, type: 'employmentContract' };
  const body = { values: { signedOn: '2024-01-15' } };
  const { id } = await must(world.url, world.tokens.hr, 'records.create', { params, body });
  return { params: { ...params, rec: id as string } };
}

export async function attached(scene: Scene, i: number): Promise<Asked> {
  const { params } = await contract(scene, i);
  const { url, tokens } = scene.world;
  const asked = { params, body: documentUpload(pdfFile()) };
  const { document } = await must(url, tokens.hr, 'documents.attach', asked);
  return { params: { ...params, doc: document } };
}

/** A new collective agreement, to which nothing is attached yet. */
export async function agreement({ world, serial }: Scene) {
  const params = { c: world.clients[0], type: 'collectiveAgreement' };
  const body = { values: { name: `Agreement ${serial()}` } };
  const { id } = await must(world.url, world.tokens.hr, 'client-records.create', { params, body });
  return { params: { ...params, rec: id as string } };
}

export async function attachedToClient(scene: Scene): Promise<Asked> {
  const { params } = await agreement(scene);
  const { url, tokens } = scene.world;
  const asked = { params, body: documentUpload(pdfFile()) };
  const { document } = await must(url, tokens.hr, 'client-documents.attach', asked);
  return { params: { ...params, doc: document } };
}
