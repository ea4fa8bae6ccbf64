/** Reads what comes next of one ledger for detection, sealed as it is stored. */
import { toId } from '../../../contract/ids.ts';
import type { Noticed } from '../../detection/server-event.ts';
import type { House } from '../../house.ts';
import { attachmentStatement, openAttachment } from '../../ledger/attachments.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { Row } from '../../vault/database.ts';
import { sealedEntries } from '../../vault/detection-sql.ts';
import type { SealedEntry, Segment } from './detection-messages.ts';
import { readState } from './sealed-state.ts';

/** How far one ledger is. */
export interface Tracker {
  readonly state: LedgerState;
  /** The first entry that is not settled, and the first that the thread has not been handed. */
  next: number;
  read: number;
  storedPlace: Buffer;
  /** Where entries that were evaluated together began. */
  readonly marks: { at: number; index: number }[];
  readonly began: number;
  /** Of the users that the thread knows. */
  persons: string;
  /** Which canaries the list beside entries names, by list. */
  readonly lists: Map<string, readonly string[]>;
}

const ENTRIES_MAX = 500;
/** More are not fed again at a start: correlations then begin a little later. */
const AGAIN_MAX = 20_000;
const LISTS_MAX = 100;

/** Null when nothing of it is to be evaluated. A ledger that is shorter than what was evaluated of it is
 * told to `shorter`, and gone on with from where it ends now. */
export async function readSegment(
  house: House,
  trackers: Map<string, Tracker>,
  { state, size }: { readonly state: LedgerState; readonly size: number },
  shorter: Noticed[],
): Promise<Segment | null> {
  const { database, ledgers } = house;
  // Keys, users and assignments of this moment.
  if (state.head.size < size) await ledgers.refresh(state);
  const kept = await readState(database, state);
  let tracker = trackers.get(state.id);
  const isFirst = tracker === undefined;
  if (!tracker) {
    const next = Math.min(kept.place.next, size);
    const from = Math.min(kept.place.from, next);
    if (next < kept.place.next) {
      const fields = { reasons: ['shorter-than-evaluated'], size };
      const client = state.isProvider ? 'provider' : toId('client', state.id);
      shorter.push({ client, at: house.now(), op: 'ledger.closed', fields });
    }
    const began = Math.min(next, Math.max(from, next - AGAIN_MAX));
    tracker = {
      ...{ state, next, read: began, storedPlace: kept.storedPlace, marks: [], began },
      ...{ persons: '', lists: new Map() },
    };
    trackers.set(state.id, tracker);
  } else tracker.storedPlace = kept.storedPlace;
  const from = isFirst ? tracker.began : tracker.next;
  const to = Math.min(size, Math.max(tracker.next, from) + ENTRIES_MAX);
  const canaries = kept.canaries.map((uuid) => toId('subject', uuid));
  const [rows] = await database.batch([state.id], [sealedEntries(state.id, from, to)]);
  const entries: SealedEntry[] = [];
  for (const row of rows!) {
    const listed = canaries.length > 0 ? await listedCanaries(house, tracker, row, canaries) : null;
    entries.push({ index: row.idx as number, ct: row.ct as Buffer, canaries: listed });
  }
  const known = tracker.next;
  tracker.read = entries.length === 0 ? tracker.next : entries.at(-1)!.index + 1;
  if (entries.length === 0 && !isFirst) return null;
  return {
    ledger: state.id,
    client: state.isProvider ? 'provider' : toId('client', state.id),
    keys: state.keys.sealing,
    known,
    entries,
    persons: personsOf(house, tracker),
    canaries,
    seen: isFirst ? kept.seen : null,
  };
}

/** Of the canaries, those that the list beside an entry names. */
async function listedCanaries(
  { database }: House,
  { state, lists }: Tracker,
  row: Row,
  canaries: readonly string[],
): Promise<readonly string[] | null> {
  const attachment = row.attachment as string | null;
  if (attachment === null) return null;
  const key = `${attachment} ${canaries.join()}`;
  const known = lists.get(key);
  if (known) return known;
  const statement = attachmentStatement(state.id, attachment, 'subjects');
  const [parts] = await database.batch([state.id], [statement]);
  if (parts!.length === 0) return null;
  const text = Buffer.concat(
    parts!.map((part) => openAttachment(state.keys.sealing, state.id, attachment, part)),
  ).toString();
  const found = canaries.filter((canary) => text.includes(canary));
  if (lists.size >= LISTS_MAX) lists.clear();
  lists.set(key, found);
  return found;
}

/** The person behind each user; null when the thread knows them. */
function personsOf({ ledgers }: House, tracker: Tracker): ReadonlyMap<string, string> | null {
  const { provider } = ledgers;
  const { state } = tracker;
  const version = `${provider.authority.index}/${state.authority.index}`;
  if (tracker.persons === version) return null;
  tracker.persons = version;
  const users = [...provider.authority.users.values(), ...state.authority.users.values()];
  return new Map(users.map(({ user, person }) => [user, person]));
}
