/** What the request's headers say. A header that cannot be used is refused inside the gate, where
 * the refusal gets its entry. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from '../../contract/operation.ts';
import { purpose as purposeSchema } from '../../contract/schemas.ts';

const PURPOSES: ReadonlySet<string> = new Set(purposeSchema.options);
const BEARER = /^Bearer +([!-~]{1,200})$/i;
const PRINTABLE = /^[ -~]{1,200}$/;

export interface CallerHeaders {
  readonly token: string | null;
  readonly purpose: string | null;
  readonly idempotencyKey: string | null;
  readonly faults: readonly { at: string; reason: string }[];
}

const NO_FAULTS: CallerHeaders['faults'] = [];

/** Values that are at fault are null: nothing that a caller made up gets into an entry. */
export function readCallerHeaders(
  operation: Operation,
  headers: IncomingHttpHeaders,
): CallerHeaders {
  const token = headers.authorization ? (BEARER.exec(headers.authorization)?.[1] ?? null) : null;
  let faults = NO_FAULTS;
  let purpose: string | null = null;
  const asked = headers['worksmartly-purpose'];
  if (asked !== undefined && operation.purpose !== null) {
    if (typeof asked === 'string' && PURPOSES.has(asked)) purpose = asked;
    else
      faults = [
        { at: 'header.WorkSmartly-Purpose', reason: `must be ${[...PURPOSES].join(', ')}` },
      ];
  }
  let idempotencyKey: string | null = null;
  const key = headers['idempotency-key'];
  if (key !== undefined && operation.repeatable) {
    if (typeof key === 'string' && PRINTABLE.test(key)) idempotencyKey = key;
    else
      faults = [
        ...faults,
        { at: 'header.Idempotency-Key', reason: 'must be 1 to 200 printable characters' },
      ];
  }
  return { token, purpose, idempotencyKey, faults };
}
