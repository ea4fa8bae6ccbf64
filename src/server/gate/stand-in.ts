/** Calls that stand for another one: what is offered for signature, and signed, is decided about as the
 * call that would record it. */
import type { Operation } from '../../contract/operation.ts';
import type { Call, DomainOperation, Visitor } from '../domain/operation.ts';
import { notSigned } from '../domain/signing/stand-in.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import { TEAM } from './decide.ts';

type StandsFor = Call['standsFor'];

/** The call that this one stands for, if it does: one of the same ledger, and one that is signed. */
export async function standIn(
  operations: Readonly<Record<string, DomainOperation>>,
  own: Operation,
  { standsFor }: DomainOperation,
  visitor: Visitor,
): Promise<StandsFor> {
  if (!standsFor) return undefined;
  const standing = await standsFor(visitor);
  const { id, ledger } = standing.operation;
  const signs = operations[id]?.signs;
  if (!signs || ledger !== own.ledger) throw notSigned();
  return { ...standing, signs };
}

/** Whether somebody of the team is shown what a client's ledger would hold: that is an access like any
 * other, and must be covered like one. */
export function isShown(state: LedgerState, standsFor: StandsFor, role: string): boolean {
  return standsFor !== undefined && !standsFor.offer && !state.isProvider && TEAM.has(role);
}
