/** What a client's ledger demands, and reviews of who has access, recorded as the server itself would. */
import type { Fact } from '#verifier/fact.ts';
import { parseId, toId } from '../../src/contract/ids.ts';
import type { Rules } from '../../src/server/ledger/authority.ts';
import { systemDraft } from '../../src/server/ledger/draft.ts';
import { newUuid } from '../../src/server/uuid.ts';
import { iso } from './clock.ts';
import type { World } from './world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Appends a fact of the server's own to the ledger of `client`. */
export async function recordFact(world: World, client: string, fact: Fact): Promise<void> {
  const { ledgers } = world.server.house;
  const state = (await ledgers.find(parseId('client', client)!))!;
  await ledgers.refresh(state);
  await ledgers.appendSystem(state, systemDraft('sys:test', 'tests.prepare', fact));
}

/** Demands beside what is demanded already. */
export function demand(world: World, client: string, rules: Partial<Rules>): Promise<void> {
  const none = { signed: false, places: false, reviews: false, approvals: 1 };
  return recordFact(world, client, {
    type: 'rules.set',
    id: null,
    ...none,
    clientApprovesExceptions: false,
    ...rules,
    by: world.users.executive,
    signature: null,
  });
}

/** Opens a review of these assignments, due in 14 days; gives its id. */
export async function openReview(
  world: World,
  client: string,
  assignments: readonly string[],
): Promise<string> {
  const { house } = world.server;
  const state = (await house.ledgers.find(parseId('client', client)!))!;
  const at = Math.max(house.now(), state.head.at);
  const id = toId('review', newUuid(at));
  const due = iso(at + 14 * DAY_MS);
  await recordFact(world, client, {
    type: 'review.opened',
    id,
    assignments: [...assignments].sort(),
    due,
    signature: null,
  });
  return id;
}
