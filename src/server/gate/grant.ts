/** A grant: what an allowed decision opens. The store comes with it and with nothing else. */
import type { Catalogue, Sensitivity } from '../../catalogue/catalogue.ts';
import { findType } from '../../catalogue/find.ts';
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
  const { types, allows } = reachOf(decision, catalogue);
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
      areKeysChanging: state.authority.subjectKeys.areChanging,
    }),
  };
}

type Reach = Pick<Grant, 'types' | 'allows'>;

/** Decisions are remembered, and so is what follows from one alone. */
const reaches = new WeakMap<Decision, { readonly catalogue: Catalogue; readonly reach: Reach }>();

function reachOf(decision: Extract<Decision, { allowed: true }>, catalogue: Catalogue): Reach {
  const known = reaches.get(decision);
  if (known?.catalogue === catalogue) return known.reach;
  const allows = elementRule(catalogue, decision.role);
  const types = new Set(
    decision.types.filter((id) =>
      findType(catalogue, id)?.elements.some((element) => allows(id, element.id)),
    ),
  );
  const reach = { types, allows };
  reaches.set(decision, { catalogue, reach });
  return reach;
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
