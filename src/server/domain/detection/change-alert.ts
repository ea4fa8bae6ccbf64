/** Gives an alert an owner, or closes it with a finding. Nobody deals with an alert about themselves, and
 * what is closed stays closed. */
import { toId } from '../../../contract/ids.ts';
import { REASONS } from '../../../contract/promises.ts';
import { badInput, conflict, notFound, Refusal } from '../../fault.ts';
import type { Alert } from '../../ledger/authority.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { shownAlert } from './shown-alert.ts';

interface Change {
  readonly state: Alert['state'];
  readonly owner?: string;
  readonly finding?: string;
}

export const changeAlert: DomainOperation = {
  run(call) {
    const { state, input, principal } = call;
    const alert = state.authority.alerts.get(input.params.id!);
    if (!alert) throw notFound();
    const by = toId('user', principal.user);
    mustBeOthers(call, alert, by);
    if (alert.state === 'closed') {
      throw conflict('alert-closed', 'This alert is closed. What comes after it is another alert.');
    }
    const asked = input.body as Change;
    const owner = asked.state === 'open' ? null : (asked.owner ?? by);
    const finding = asked.finding ?? null;
    if (owner !== null) checkOwner(call, owner);
    if ((asked.state === 'closed') !== (finding !== null)) {
      const reason = finding ? 'is for an alert that is closed' : 'is needed to close an alert';
      throw badInput('This alert cannot be changed so.', [{ at: 'finding', reason }]);
    }
    const ref = alert.fact.id!;
    const changed = { state: asked.state, owner, finding };
    const fact = { type: 'alert.changed', id: null, ref, ...changed, by, signature: null } as const;
    return {
      types: [],
      facts: { list: [{ state, fact }] },
      answer: () => shownAlert({ ...alert, ...changed }),
    };
  },
};

/** Whoever it is about, under whichever account. */
function mustBeOthers({ house, state }: Call, { fact }: Alert, by: string): void {
  const personOf = (user: string) =>
    (state.authority.users.get(user) ?? house.ledgers.provider.authority.users.get(user))?.person;
  const own = personOf(by);
  const isOwn = fact.about?.some(
    (id) => id === by || (id.startsWith('usr_') && own !== undefined && personOf(id) === own),
  );
  if (!isOwn) return;
  const { promise, sentence } = REASONS['own-alert'];
  throw new Refusal(403, ['own-alert'], sentence, { promise });
}

/** Somebody of this client, or who watches for the provider. */
function checkOwner({ house, state }: Call, owner: string): void {
  const { users } = house.ledgers.provider.authority;
  const provider = users.get(owner);
  const isWatching = provider?.roles.includes('security') && !provider.disabled;
  const own = state.isProvider ? undefined : state.authority.users.get(owner);
  if (isWatching || (own?.side === 'client' && !own.disabled)) return;
  throw badInput('This alert cannot be given to that user.', [
    { at: 'owner', reason: 'is nobody who deals with alerts here' },
  ]);
}
