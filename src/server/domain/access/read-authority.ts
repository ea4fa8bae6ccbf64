/** Which facts are in force, now or at an earlier or later time. */
import { type InForce, isInForce } from '../../ledger/authority.ts';
import type { DomainOperation } from '../operation.ts';

export const readAuthority: DomainOperation = {
  run({ state, input, at }) {
    const asked = input.query.at as string | undefined;
    const time = asked === undefined ? at : Date.parse(asked);
    const { authority } = state;
    const inForce = (map: ReadonlyMap<string, InForce>) =>
      [...map.values()]
        .filter((held) => isInForce(held, time))
        .map(({ fact, until }) => ({ ...fact, until: Number.isFinite(until) ? iso(until) : null }));
    return {
      types: [],
      answer: () => ({
        at: iso(time),
        status: authority.status,
        users: [...authority.users.values()],
        ndas: inForce(authority.ndas),
        agreements: inForce(authority.agreements),
        notices: inForce(authority.notices),
        instructions: inForce(authority.instructions),
        assignments: inForce(authority.assignments),
        catalogue: authority.catalogue,
        policies: authority.policies,
      }),
    };
  },
};

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
