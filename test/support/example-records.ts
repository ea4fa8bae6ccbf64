/** Records of the client itself, and acknowledgements, for example calls. */
import { type Asked, must } from './api.ts';
import type { Scene } from './example-calls.ts';

export function clientRecord(
  { world }: Scene,
  type: string,
): Asked & { params: Record<string, string> } {
  return { params: { c: world.clients[0], type } };
}

export function programme({ serial }: Scene): object {
  return { name: `Programme ${serial()}`, kind: 'training' };
}

export async function newClientRecord(scene: Scene): Promise<Asked> {
  const { world } = scene;
  const { params } = clientRecord(scene, 'programme');
  const asked = { params, body: { values: programme(scene) } };
  const { id } = await must(world.url, world.tokens.hr, 'client-records.create', asked);
  return { params: { ...params, rec: id } };
}

/** Of a policy of its own, in the wording that is in force. */
export async function acknowledgement(scene: Scene, i: number): Promise<Asked> {
  const { world, serial } = scene;
  const name = `Policy ${serial()}`;
  const make = (type: string, values: object) =>
    must(world.url, world.tokens.hr, 'client-records.create', {
      ...clientRecord(scene, type),
      body: { values },
    });
  await make('policy', { name });
  await make('policyVersion', { policy: name, version: '1' });
  const isOwn = scene.persona === 'staff';
  const values = { policy: name, version: '1' };
  const dated = isOwn ? values : { ...values, acknowledgedOn: '2026-01-15' };
  const params = { c: world.clients[0], sub: world.people[i]!.id, type: 'acknowledgement' };
  return { params, body: { values: dated } };
}
