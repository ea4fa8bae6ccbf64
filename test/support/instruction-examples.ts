/** Example calls about instructions. */
import { must } from './api.ts';
import type { Example, Scene } from './example-calls.ts';
import { instruction } from './request-bodies.ts';

/** An instruction of a day of its own, in a time to come: it overlaps none. */
export function apart({ serial }: Scene) {
  const day = Date.UTC(2100, 0, 1 + Number(serial().slice(2)));
  const iso = (at: number) => new Date(at).toISOString();
  return { ...instruction(['study']), from: iso(day), until: iso(day + 86_400_000) };
}

const REASON = { reason: 'It would have us process more than the law allows.' };

async function newInstruction(scene: Scene) {
  const { url, tokens, clients } = scene.world;
  const params = { c: clients[0] };
  const { id } = await must(url, tokens.executive, 'instructions.give', {
    params,
    body: apart(scene),
  });
  return { ...params, id: id as string };
}

export const instructionExamples = {
  'instructions.draft': {
    '': (s) => ({ params: { c: s.world.clients[0] }, body: apart(s) }),
  },
  'instructions.flag': {
    '': async (s) => ({ params: await newInstruction(s), body: REASON }),
  },
  'instructions.clear': {
    '': async (s) => {
      const params = await newInstruction(s);
      const flagged = { params, body: REASON };
      await must(s.world.url, s.world.tokens.servicing, 'instructions.flag', flagged);
      return { params };
    },
  },
} satisfies Record<string, Readonly<Record<string, Example>>>;
