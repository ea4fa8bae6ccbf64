/** Which facts are in force, now or at an earlier or later time. */
import { type InForce, isInForce } from '../../ledger/authority.ts';
import type { DomainOperation } from '../operation.ts';
import { readText } from '../texts/sealed-text.ts';

export const readAuthority: DomainOperation = {
  async run({ house, state, input, at }) {
    const asked = input.query.at as string | undefined;
    const time = asked === undefined ? at : Date.parse(asked);
    const { authority } = state;
    const inForce = (map: ReadonlyMap<string, InForce>) =>
      [...map.values()]
        .filter((held) => isInForce(held, time))
        .map(({ fact, until }) => ({ ...fact, until: Number.isFinite(until) ? iso(until) : null }));
    const flagged = await Promise.all(
      [...authority.flagged.values()].map(async ({ ref, by, document }) => {
        const reason = await readText(house, state, document);
        return { instruction: ref, by, document, reason };
      }),
    );
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
        rules: authority.rules,
        flagged,
      }),
    };
  },
};

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
