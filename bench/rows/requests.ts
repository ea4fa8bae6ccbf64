/** The requests of the rows; both sides get the same. */
import type { BenchContext, Runner } from '../context.ts';
import { requestBytes } from '../load/request.ts';
import type { SideClient } from '../side.ts';

/** Makes something once per side, before anything is measured. */
export function both<T>(context: BenchContext, make: (runner: Runner) => T): (runner: Runner) => T {
  const made = new Map<Runner, T>([[context.bare, make(context.bare)]]);
  if (context.worksmartly !== null) made.set(context.worksmartly, make(context.worksmartly));
  return (runner) => made.get(runner) as T;
}

const types = 'person,employment,job,contact,pay';

/** Person-file requests for the first `count` of a client's staff. */
export function readRequests({ id, token, staff }: SideClient, count: number): Buffer[] {
  return staff.slice(0, count).map((subject) =>
    requestBytes({
      method: 'GET',
      path: `/api/v1/clients/${id}/staff/${subject}?types=${types}`,
      token,
    }),
  );
}
