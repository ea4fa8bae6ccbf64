import { test } from 'node:test';
import { openStage, importEnd } from '../support/scene.ts';
import { ask } from '../support/api.ts';
test('x', async () => {
  const t0 = performance.now();
  const { world, close, as } = await openStage();
  console.log('open', performance.now() - t0);
  console.log(JSON.stringify(await importEnd(world, as('hr').imported)));
  const r = await ask(world.url, world.tokens.hr, 'people.list', { params: { c: world.clients[0] } });
  console.log(r.status, JSON.stringify(r.json).slice(0, 600));
  const r2 = await ask(world.url, world.tokens.servicing, 'people.read', { params: { c: world.clients[0], sub: world.people[1]!.id } });
  console.log(r2.status, JSON.stringify(r2.json).slice(0, 1500));
  for (const p of ['executive','hr','servicing','manager'] as const) {
  const r3 = await ask(world.url, world.tokens[p], 'reports.run', { params: { c: world.clients[0], id: 'eeo-1' }, body: {parameters:{asOf:'2023-12-31'}} });
  console.log(r3.status, r3.text.slice(0, 700));
  }
  await close();
});
