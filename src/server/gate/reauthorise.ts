/** Decides again for a job that a person started: whoever has lost the authority meanwhile does not
 * get the job's result. */
import { toId } from '../../contract/ids.ts';
import { adoptedCatalogue } from '../domain/catalogue/adopted.ts';
import type { House, Reauthorisation, Reauthorised } from '../house.ts';
import { decide } from './decide.ts';
import type { Policies } from './policies.ts';

export async function reauthorise(
  policies: Policies,
  house: Pick<House, 'ledgers' | 'now' | 'database' | 'offices'>,
  of: Reauthorisation,
): Promise<Reauthorised> {
  const { state, principal, operation, purpose, types } = of;
  await house.ledgers.refresh(state);
  const catalogue = await adoptedCatalogue(house, state);
  // From where it was started; an office that was opened in its place since is the same place.
  const offices = await house.offices.since(principal.offices ?? [], state.authority);
  return decide(
    policies,
    state.authority,
    {
      user: toId('user', principal.user),
      client: toId('client', state.id),
      operation,
      purpose,
      types,
      offices,
      catalogueTypes: () => catalogue.types.map((type) => type.id),
      atProvider: house.ledgers.provider.authority.users.get(toId('user', principal.user)),
    },
    Math.max(house.now(), state.head.at),
  );
}
