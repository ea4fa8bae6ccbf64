/** Example calls that look at what was recorded: the ledger, and who saw it. */
import type { Asked } from './api.ts';
import type { Scene } from './example-calls.ts';

export const PROOF_EXAMPLES = {
  'ledger.checkpoint': { '': client },
  'ledger.entries': { '': client },
  'ledger.proof': { '': (s: Scene) => ({ ...client(s), query: { index: '0' } }) },
  'ledger.consistency': { '': (s: Scene) => ({ ...client(s), query: { from: '1' } }) },
  'evidence.export': { '': client },
  'activity.list': { '': client },
  'activity.stream': { '': (s: Scene) => ({ ...client(s), query: { follow: 'false' } }) },
  'activity.mine': {
    'report, oneself': (s: Scene) => person(s, 1),
    'somebody else': (s: Scene) => person(s, 3),
  },
} as const;

function client({ world }: Scene): Asked {
  return { params: { c: world.clients[0] } };
}

function person({ world }: Scene, i: number): Asked {
  return { params: { c: world.clients[0], sub: world.people[i]!.id } };
}
