/** A grant: what an allowed decision opens. The store comes with it and with nothing else. */
import type { Catalogue, Sensitivity } from '../../catalogue/catalogue.ts';
import type { Grant, Principal } from '../domain/operation.ts';
import { scopeOfRole } from '../domain/scope-of-role.ts';
import type { House } from '../house.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import { openStore } from '../vault/store.ts';
import type { Decision } from './decide.ts';

const MANAGER_SEES: readonly Sensitivity[] = ['R1', 'R2'];

/** Opens the store for an allowed decision. */
export function makeGrant(
  house: House,
  state: LedgerState,
  decision: Extract<Decision, { allowed: true }>,
  catalogue: Catalogue,
  principal: Principal,
  purpose: string | null,
): Grant {
  const { role } = decision;
  const allows = elementRule(catalogue, role);
  const types = new Set(
    decision.types.filter((id) => {
      const type = catalogue.types.find((candidate) => candidate.id === id);
      return type?.elements.some((element) => allows(id, element.id));
    }),
  );
  const { database, subjectKeys, now } = house;
  return {
    role,
    purpose,
    instruction: decision.instruction,
    types,
    scope: scopeOfRole(state, role, principal.user),
    allows,
    catalogue,
    store: openStore({
      database,
      client: state.id,
      keys: state.clientKeys,
      cache: subjectKeys,
      catalogue,
      types,
      now,
    }),
  };
}

/** A manager sees business and personal data; everybody else all elements of the granted types. */
function elementRule(catalogue: Catalogue, role: string): Grant['allows'] {
  if (role !== 'manager') return () => true;
  const visible = new Set<string>();
  for (const type of catalogue.types) {
    for (const element of type.elements) {
      if (MANAGER_SEES.includes(element.sensitivity)) visible.add(`${type.id}.${element.id}`);
    }
  }
  return (type, element) => visible.has(`${type}.${element}`);
}
