/** A fact of the provider that decisions of every client depend on: it stands in the ledgers of all of
 * them in the same transaction. */
import type { Fact } from '#verifier/fact.ts';
import type { House } from '../house.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import { readClientIds } from '../ledger/registry.ts';
import { noOtherClients } from '../vault/premises-sql.ts';
import type { FactsResult } from './operation.ts';

/** The facts, in the provider's ledger and mirrored. The append fails as a conflict when a client was
 * opened meanwhile. A client whose ledger is closed gets them at a start after it was opened again. */
export async function intoAllClients(
  house: House,
  facts: readonly Fact[],
): Promise<Required<Pick<FactsResult, 'list' | 'statements'>>> {
  const ids = await readClientIds(house.database);
  const clients: LedgerState[] = [];
  for (const id of ids) {
    const client = await house.ledgers.find(id);
    if (client && !client.closed) clients.push(client);
  }
  const { provider } = house.ledgers;
  const own = facts.map((fact) => ({ state: provider, fact }));
  const mirrored = facts.flatMap((fact, mirrors) =>
    clients.map((state) => ({ state, fact, mirrors })),
  );
  return { list: [...own, ...mirrored], statements: [noOtherClients(ids.length)] };
}
