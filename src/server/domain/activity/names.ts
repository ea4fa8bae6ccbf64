/** The names of those who acted: for the client's HR and executives, who must know who saw its data, the
 * provider's staff included. Auditors see ids. */
import { parseId, toId } from '../../../contract/ids.ts';
import type { PlacedEntry } from '../../ledger/read-entries.ts';
import { readUserNames } from '../access/user-account.ts';
import type { Call } from '../operation.ts';
import type { Names } from './activity-item.ts';

const TOLD: ReadonlySet<string> = new Set(['hr', 'executive']);
const NOBODY: Names = new Map();

/** Names for page after page of one answer: none is looked up twice. */
export function namesFor({
  house,
  role,
}: Call): (entries: readonly PlacedEntry[]) => Promise<Names> {
  if (!TOLD.has(role)) return async () => NOBODY;
  const known = new Map<string, string>();
  const asked = new Set<string>();
  return async (entries) => {
    const users = new Set<string>();
    for (const { entry } of entries) {
      const user = parseId('user', entry.actor);
      if (user !== undefined && !asked.has(user)) users.add(user);
    }
    if (users.size > 0) {
      for (const user of users) asked.add(user);
      for (const [user, name] of await readUserNames(house, [...users])) {
        known.set(toId('user', user), name);
      }
    }
    return known;
  };
}
