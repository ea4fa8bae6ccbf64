/** Whether an entry fits a filter, read from the entry itself: what the index of activity answers for a
 * whole ledger. */
import type { House } from '../../house.ts';
import { readAttachedParts } from '../../ledger/attached-parts.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { PlacedEntry } from '../../ledger/read-entries.ts';
import type { ActivityFilter } from '../../readmodel/activity/activity-messages.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';

const REMEMBERED_MAX = 100;

export function matcherOf(
  { database, ledgers }: House,
  state: LedgerState,
  filter: ActivityFilter,
): (placed: PlacedEntry) => Promise<boolean> {
  const { subject, user, purpose, op, outcome } = filter;
  /** By digest, whether the person is on the list: entry after entry names the same one. */
  const isOnList = new Map<string, boolean>();

  async function names(person: string, { entry, attachment }: PlacedEntry): Promise<boolean> {
    const { subjects } = entry;
    if (!('digest' in subjects)) return subjects.includes(person);
    const { digest } = subjects;
    let isOn = isOnList.get(digest);
    if (isOn === undefined) {
      if (isOnList.size === REMEMBERED_MAX) isOnList.clear();
      isOn = await holds(person, attachment).catch(async (error: unknown) => {
        if (!(error instanceof SealError) || error.code !== 'key-version') throw error;
        // Sealed anew, under a key that this process has not heard of.
        await ledgers.refresh(state);
        return holds(person, attachment);
      });
      isOnList.set(digest, isOn);
    }
    return isOn;
  }

  async function holds(person: string, attachment: string | null): Promise<boolean> {
    if (attachment === null) throw new SealError('format');
    // No id is cut in two by the end of a part.
    for await (const { bytes } of readAttachedParts(database, state, attachment, 'subjects')) {
      if (bytes.includes(`"${person}"`)) return true;
    }
    return false;
  }

  return async (placed) => {
    const { entry } = placed;
    return (
      (user === undefined || entry.actor === user) &&
      (purpose === undefined || entry.purpose === purpose) &&
      (op === undefined || entry.op === op) &&
      (outcome === undefined || entry.outcome === outcome) &&
      (subject === undefined || (await names(subject, placed)))
    );
  };
}
