/** Example calls about reviews of who has access, each of a review of its own. */
import { type Asked, must } from './api.ts';
import type { Scene } from './example-calls.ts';
import { openReview } from './reviews.ts';

interface Reviewed {
  readonly params: { readonly c: string; readonly id: string };
  readonly assignment: string;
}

async function reviewed({ world, spare }: Scene): Promise<Reviewed> {
  const { url, tokens, clients } = world;
  const c = clients[0];
  const body = { user: spare, team: 'servicing', until: null };
  const proposed = await must(url, tokens.administrator, 'assignments.start', {
    params: { c },
    body,
  });
  const assignment: string = proposed.id;
  const params = { c, kind: 'assignments', id: assignment };
  await must(url, tokens.hr, 'proposals.approve', { params });
  return { params: { c, id: await openReview(world, c, [assignment]) }, assignment };
}

export const REVIEW_EXAMPLES = {
  'reviews.list': {
    '': ({ world }: Scene): Asked => ({ params: { c: world.clients[0] } }),
  },
  'reviews.read': {
    '': async (scene: Scene): Promise<Asked> => ({ params: (await reviewed(scene)).params }),
  },
  'reviews.decide': {
    '': async (scene: Scene): Promise<Asked> => {
      const { params, assignment } = await reviewed(scene);
      return { params, body: { decisions: [{ assignment, keep: true }] } };
    },
  },
} as const;
