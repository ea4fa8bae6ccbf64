/** What the read model needs to answer for a ledger's client, and what its refusals mean here. */
import { badInput, Fault, notFound } from '../fault.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import type { ClientAccess, Scope, Version } from '../readmodel/messages.ts';
import { ModelError } from '../readmodel/model-error.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import { adoptedNow } from './catalogue/adopted.ts';
import type { Grant } from './operation.ts';

export function accessOf(state: LedgerState): ClientAccess {
  const { client, tag, record } = state.clientKeys;
  const adopted = adoptedNow(state);
  return {
    clientId: state.id,
    keys: { client, tag, record, ledger: state.keys.sealing },
    ...(adopted && { adopted }),
  };
}

export function versionOf(state: LedgerState): Version {
  const { dataVersion, purgeVersion } = state.head;
  return { dataVersion, purgeVersion };
}

export function scopeOf({ scope }: Pick<Grant, 'scope'>): Scope {
  return scope.kind === 'reports' ? { kind: 'under', subject: scope.subject } : scope;
}

/** Turns what the read model refuses into what the gate understands. */
export async function askReadModel<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (error.code === 'unknown-subject') throw notFound();
    if (error.code === 'unknown-element' || error.code === 'bad-query') {
      const faults = [{ at: 'query', reason: error.message }];
      throw badInput('This question cannot be answered.', faults, error);
    }
    if (error.code === 'records-differ-from-ledger' || error.code === 'record-does-not-open') {
      throw new SealError('authentication', error);
    }
    throw new Fault('read-model', 'the read model failed', error);
  }
}

/** Whether this role meets the client's canaries where single people are shown, as it would meet anybody.
 * The client's own HR staff does not, and no total or report counts them. */
export function showsCanaries(role: string): boolean {
  return role === 'servicing' || role === 'product' || role === 'manager';
}
