/** For every operation, somebody who may carry out its example calls (test/golden/roles.txt). */
import type { OperationId } from '../../src/contract/operations.ts';
import type { Persona } from './world.ts';

export function permittedPersona(id: OperationId): Persona {
  return BY_OPERATION[id] ?? 'hr';
}

const BY_OPERATION: Partial<Record<OperationId, Persona>> = {
  'clients.open': 'administrator',
  'provider-alerts.list': 'security',
  'provider-alerts.read': 'security',
  'provider-alerts.change': 'security',
  'provider-events.export': 'security',
  'events.export': 'auditor',
  'clients.status': 'executive',
  'catalogue.adopt': 'executive',
  'procedures.propose': 'executive',
  'users.register': 'administrator',
  'tokens.issue': 'administrator',
  'invitations.issue': 'administrator',
  'recoveries.start': 'administrator',
  'recoveries.confirm': 'security',
  'service-tokens.issue': 'administrator',
  'tokens.revoke': 'administrator',
  'users.disable': 'security',
  'ndas.sign': 'administrator',
  'ndas.end': 'security',
  'agreements.accept': 'executive',
  'notices.accept': 'executive',
  'instructions.give': 'executive',
  'assignments.start': 'administrator',
  'assignments.revise': 'administrator',
  'proposals.approve': 'executive',
  'agreements.end': 'executive',
  'notices.end': 'executive',
  'instructions.end': 'executive',
  'rules.set': 'executive',
  'signing.offer': 'executive',
  'signing.sign': 'executive',
  'provider-signing.offer': 'servicing',
  'provider-signing.sign': 'servicing',
  'offices.open': 'administrator',
  'offices.close': 'administrator',
  'offices.list': 'administrator',
  'exceptions.request': 'servicing',
  'clock.read': 'security',
  'clock.check': 'security',
};
