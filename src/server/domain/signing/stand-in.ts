/** A call for a signature stands for the call of what is signed: the gate decides about that one. */

import { toId } from '../../../contract/ids.ts';
import type { Operation } from '../../../contract/operation.ts';
import { OPERATIONS } from '../../../contract/operations.ts';
import { badInput, notFound, Refusal } from '../../fault.ts';
import type { Input, StandingFor, Visitor } from '../operation.ts';
import { findOffer } from './stored-offer.ts';

interface OfferBody {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Of a call that asks for an offer: what its body names, checked against the contract. */
export function askedFor({ input }: Visitor): StandingFor {
  const asked = input.body as OfferBody;
  const operation = (OPERATIONS as readonly Operation[]).find(({ id }) => id === asked.operation);
  const { c } = input.params;
  if (operation?.ledger !== (c === undefined ? 'provider' : 'client')) throw notSigned();
  // The client is that of the address, and no other can be named beside it.
  if (asked.params.c !== undefined && asked.params.c !== c) throw notFound();
  const params = parseParams(operation, c === undefined ? asked.params : { ...asked.params, c });
  return { operation, input: { params, query: {}, body: parseBody(operation, asked.body) } };
}

/** Of a call that brings a signature: what its offer was made for. Others' offers do not exist. */
export async function offeredCall(visitor: Visitor): Promise<StandingFor> {
  const { house, state, principal, input } = visitor;
  const found = await findOffer(house, state, input.params.id!);
  if (!found || found.stored.offer.by !== toId('user', principal.user)) throw notFound();
  const { operation: id, params, body } = found.stored;
  const operation = (OPERATIONS as readonly Operation[]).find((each) => each.id === id);
  if (!operation) throw notFound();
  return { operation, input: { params, query: {}, body }, offer: found };
}

/** For what the contract knows and nobody signs. */
export function notSigned(): Refusal {
  return badInput('This operation is not one that is signed.', [
    { at: 'body.operation', reason: 'not an operation that records a signed fact' },
  ]);
}

function parseParams(operation: Operation, params: Input['params']): Input['params'] {
  const parsed = operation.params?.safeParse(params);
  if (!parsed) return {};
  if (parsed.success) return parsed.data as Input['params'];
  throw new Refusal(404, ['bad-input'], notFound().message);
}

function parseBody(operation: Operation, body: unknown): unknown {
  if (!operation.body) {
    if (body === undefined) return undefined;
    throw badInput('This operation takes no body.', [
      { at: 'body.body', reason: 'must be absent' },
    ]);
  }
  const parsed = operation.body.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw badInput(
    'What is to be signed cannot be used.',
    parsed.error.issues.slice(0, 20).map(({ path, message }) => ({
      at: [
        'body.body',
        ...path.filter((key) => typeof key === 'number' || NAME.test(String(key))),
      ].join('.'),
      reason: message,
    })),
  );
}

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,79}$/;
