/** The result of an operation, or of the call that this one repeats. */
import type { Operation } from '../../contract/operation.ts';
import type { Call, DomainOperation, Result } from '../domain/operation.ts';
import { findReplay, keepReplay } from './replay.ts';

interface Repeatable {
  readonly operation: Operation;
  readonly idempotencyKey: string | null;
}

/** A repeated call with the same key gets the first one's answer, and an entry of its own. */
export async function resultOf(
  call: Call,
  operation: DomainOperation,
  request: Repeatable,
): Promise<Result> {
  const { idempotencyKey } = request;
  if (!idempotencyKey || !request.operation.repeatable) return operation.run(call);
  // An answer given again would be an access, and nothing covers this one.
  if (isWithoutData(call)) return operation.run(call);
  const replay = await findReplay(call, request.operation.id, idempotencyKey);
  if (replay) return { types: [], reasons: ['replay'], answer: () => replay.answer };
  const result = await operation.run(call);
  return keepReplay(call, request.operation.id, request.operation.status, idempotencyKey, result);
}

/** What a member of a team may do without an instruction: it records a fact and reaches no data. */
function isWithoutData({ grant, role }: Call): boolean {
  return grant?.instruction === null && (role === 'servicing' || role === 'product');
}

/** Whether the same call, with the same key, was answered before. */
export async function isRepeated(
  call: Call,
  { operation, idempotencyKey }: Repeatable,
): Promise<boolean> {
  if (!idempotencyKey || !operation.repeatable) return false;
  try {
    return (await findReplay(call, operation.id, idempotencyKey)) !== null;
  } catch {
    return false;
  }
}
