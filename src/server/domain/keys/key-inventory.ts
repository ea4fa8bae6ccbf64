/** Every key of a client as its rows and the recorded facts tell it: what it is for, under which one it
 * lies, and what became of it when. Never a key's bytes, wrapped or not. People's keys are counted. */

import { yearOfVersion } from '../../ledger/ledger-keys.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { isDestroyed } from '../../vault/client-keys.ts';
import { wrappedUnderVersion } from '../../vault/crypto/wrap.ts';
import type { Row } from '../../vault/database.ts';
import { type KeyEvent, type KeyState, nextState } from './key-states.ts';

export interface KeyItem {
  /** `<key>/<version>`, as facts name it. */
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly purpose: string;
  readonly algorithm: string;
  /** The key that it is wrapped under, and that key's version; null once it is destroyed. */
  readonly parent: string;
  readonly wrappedUnder: number | null;
  readonly state: KeyState;
  /** How many keys stand behind this line. */
  readonly count: number;
  readonly created: string | null;
  /** From when until when it seals, wraps or signs: the originator-usage period. */
  readonly activated: string | null;
  readonly deactivated: string | null;
  readonly compromised: string | null;
  readonly destroyed: string | null;
}

export interface Inventory {
  readonly items: readonly KeyItem[];
  /** What should be done: keys that are compromised and still in use. */
  readonly advice: readonly string[];
  /** Where rows and facts contradict each other. */
  readonly faults: readonly string[];
}

/** Seals are prepared and destroyed without anything lying under them. */
function isListed({ purpose }: Row): boolean {
  return (purpose as string) in KINDS;
}

interface KeyKind {
  readonly purpose: string;
  readonly algorithm: string;
}

const SIV = 'AES-256-GCM-SIV';
const HMAC = 'HMAC-SHA-256';
const KINDS: Readonly<Record<string, KeyKind>> = {
  client: {
    purpose: 'wraps the other keys of the client and the keyrings of people',
    algorithm: SIV,
  },
  tag: { purpose: 'makes the tags under which records lie', algorithm: HMAC },
  unique: { purpose: 'hashes what must be unique', algorithm: HMAC },
  record: { purpose: 'seals what is kept about the client itself', algorithm: SIV },
  cursor: { purpose: 'seals cursors, for an hour each', algorithm: SIV },
  log: { purpose: 'signs checkpoints', algorithm: 'Ed25519' },
  ledger: { purpose: 'seals the entries of a year', algorithm: 'AES-256-GCM' },
  subjects: { purpose: 'seals people’s records', algorithm: 'AES-256-GCM' },
};

/** `stored` are the rows of `wrapped_key`, `people` how many keyrings there are, `now` in ms. */
export function keyInventory(
  { authority }: Pick<LedgerState, 'authority'>,
  stored: readonly Row[],
  people: number,
  now: number,
): Inventory {
  const faults: string[] = [];
  const { keyChanges } = authority;
  const opened = keyChanges.find(({ key, event }) => key === 'client' && event === 'created')?.at;
  const generations = Array.from({ length: authority.subjectKeys.version }, (_, i) => i + 1);
  const listed = [
    ...stored.filter(isListed).map((row) => ({
      key: row.purpose as string,
      version: row.version as number,
      parent: row.parent as string,
      under: isDestroyed(row) ? null : wrappedUnderVersion(row.wrapped as Buffer),
      count: 1,
    })),
    ...generations.map((version) => {
      const isLast = version === authority.subjectKeys.version;
      return {
        key: 'subjects',
        version,
        parent: 'client',
        under: null,
        count: isLast ? people : 0,
      };
    }),
  ];
  const items = listed.map(({ key, version, parent, under, count }): KeyItem => {
    const times: Partial<Record<KeyEvent, number>> = {};
    let state: KeyState | null = null;
    for (const { event, at } of eventsOf(key, version, keyChanges, opened, now)) {
      const next = nextState(state, event);
      if (next === null) faults.push(`${key}/${version} cannot be ${event} when it is ${state}`);
      else state = next;
      if (at !== null) times[event] ??= at;
    }
    const isGone = state === 'destroyed' || state === 'destroyed-compromised';
    if (key !== 'subjects' && isGone !== (under === null)) {
      faults.push(
        `${key}/${version} is ${isGone ? '' : 'not '}recorded as destroyed, but its wrap is ${isGone ? 'there' : 'gone'}`,
      );
    }
    return {
      id: `${key}/${version}`,
      key,
      version,
      ...KINDS[key]!,
      parent,
      wrappedUnder: under,
      state: state ?? 'active',
      count,
      created: text(times.created),
      activated: text(times.created),
      deactivated: text(times.superseded ?? times.destroyed),
      compromised: text(times.compromised),
      destroyed: text(times.destroyed),
    };
  });
  const advice = items
    .filter(({ state }) => state === 'compromised')
    .map(({ id }) => `${id} is compromised: rotate it, and destroy what an attacker could open`);
  return { items, advice, faults };
}

interface Happened {
  readonly event: KeyEvent;
  readonly at: number | null;
}

/** What happened to this version, in order. The first versions are made with the client. */
function eventsOf(
  key: string,
  version: number,
  changes: LedgerState['authority']['keyChanges'],
  opened: number | undefined,
  now: number,
): Happened[] {
  const own = changes.filter((change) => change.key === key);
  const made = own.find(
    (c) => c.version === version && c.event !== 'destroyed' && c.event !== 'compromised',
  );
  const events: Happened[] = [{ event: 'created', at: made?.at ?? opened ?? null }];
  for (const change of own) {
    if (change.event === 'rotated' && change.version === laterThan(key, version, own)) {
      events.push({ event: 'superseded', at: change.at });
    }
    if (change.version !== version) continue;
    if (change.event === 'compromised') events.push({ event: 'compromised', at: change.at });
    if (change.event === 'destroyed') events.push({ event: 'destroyed', at: change.at });
  }
  const end = endOf(key, version);
  const isOver = end <= now && !events.some(({ event }) => event !== 'created');
  if (isOver) events.push({ event: 'superseded', at: end });
  return events;
}

/** The version that took this one's place. */
function laterThan(
  key: string,
  version: number,
  own: LedgerState['authority']['keyChanges'],
): number | undefined {
  const later = own
    .filter((c) => c.event === 'rotated' && c.version > version)
    // Each year of the ledger has versions of its own.
    .filter((c) => key !== 'ledger' || yearOfVersion(c.version) === yearOfVersion(version))
    .map((c) => c.version);
  return later.length > 0 ? Math.min(...later) : undefined;
}

/** When a year's key has sealed its last entry. */
function endOf(key: string, version: number): number {
  if (key !== 'ledger') return Number.POSITIVE_INFINITY;
  return Date.UTC(yearOfVersion(version) + 1, 0, 1);
}

function text(at: number | undefined | null): string | null {
  return at === undefined || at === null ? null : new Date(at).toISOString();
}
