/** A call as it comes to the gate. */
import type { Operation } from '../../contract/operation.ts';
import type { Input } from '../domain/operation.ts';

export interface Request {
  readonly operation: Operation;
  /** A bearer token, or the secret of a session. */
  readonly token: string | null;
  /** The cookie of a sign-in by OIDC that is under way. */
  readonly pending?: string | null;
  /** Where the call comes from, in canonical form; null when that cannot be told. */
  readonly address: string | null;
  /** Parameters as they came; ids in them may be malformed. */
  readonly params: Readonly<Record<string, string>>;
  /** Checks params, query and body against the contract; throws a Refusal. */
  readonly parse: () => Input;
  readonly purpose: string | null;
  readonly idempotencyKey: string | null;
  readonly signal: AbortSignal;
}
