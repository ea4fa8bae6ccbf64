/** The keys of a client that is sealed off: there are none in any process, and whoever reaches for one is
 * refused, whichever way they came. */
import { REASONS } from '../../contract/promises.ts';
import { Refusal } from '../fault.ts';
import type { ClientKeys } from './client-keys.ts';

/** As the client's own, all of them missing. */
export const SEALED_OFF: ClientKeys = {
  get client() {
    return refuse();
  },
  get tag() {
    return refuse();
  },
  get unique() {
    return refuse();
  },
  get record() {
    return refuse();
  },
  get cursor() {
    return refuse();
  },
};

export function isSealedOff({ clientKeys }: { readonly clientKeys: ClientKeys }): boolean {
  return clientKeys === SEALED_OFF;
}

function refuse(): never {
  const { sentence, promise } = REASONS['client-sealed-off'];
  throw new Refusal(403, ['client-sealed-off'], sentence, { promise });
}
