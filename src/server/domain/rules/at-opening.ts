/** The rules that a ledger begins with, as WORKSMARTLY_CLIENT_RULES has them. */
import type { Fact } from '#verifier/fact.ts';
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';

const STRICT: Omit<Extract<Fact, { type: 'rules.set' }>, 'type'> = {
  id: null,
  signed: true,
  places: true,
  reviews: true,
  approvals: 1,
  clientApprovesExceptions: true,
  by: 'sys:gate',
  signature: null,
};

/** The facts for a client that is being opened: none where the rules are open. */
export function rulesAtOpening({ clientRules }: House): Fact[] {
  return clientRules === 'strict' ? [{ type: 'rules.set', ...STRICT }] : [];
}

/** The provider's own ledger demands signatures from the first strict start on; no other rule is about it. */
export async function recordRules({ clientRules, ledgers }: House): Promise<void> {
  const { provider } = ledgers;
  if (clientRules !== 'strict' || provider.authority.rules.signed) return;
  const own = { ...STRICT, places: false, reviews: false, clientApprovesExceptions: false };
  const fact: Fact = { type: 'rules.set', ...own };
  await ledgers.appendSystem(provider, systemDraft('sys:gate', 'rules.set', fact));
}
