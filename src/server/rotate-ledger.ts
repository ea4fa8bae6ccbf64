/** New keys for a ledger, while it is read and appended to: one that signs its checkpoints, and one for
 * each year that seals its entries. What is stored is sealed anew as the owner of the tables; a leaf hash
 * that an entry does not have stops it. Begun again, it goes on where it was. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Fact } from '#verifier/fact.ts';
import { leafHash } from '#verifier/merkle.ts';
import { Fault } from './fault.ts';
import { openAttachment, sealPart } from './ledger/attachments.ts';
import { systemDraft } from './ledger/draft.ts';
import { openEntry, sealEntry } from './ledger/entries.ts';
import {
  makeLogKey,
  makeYearKey,
  nextGeneration,
  sealingKey,
  yearOfVersion,
} from './ledger/ledger-keys.ts';
import type { LedgerState } from './ledger/ledger-state.ts';
import { readClientIds } from './ledger/registry.ts';
import type { OpenedHouse } from './open-house.ts';
import type { RotationHouse } from './rotate-root.ts';
import { destroyStored, isDestroyed, storedKeysStatement } from './vault/client-keys.ts';
import { wrappedUnderVersion } from './vault/crypto/wrap.ts';
import { type Database, openDatabase, type Row, type Statement } from './vault/database.ts';
import {
  anyEntryUnderOther,
  entriesFrom,
  listsUnderOther,
  replaceEntries,
  replaceList,
} from './vault/ledger-reseal-sql.ts';
import { versionBytes } from './vault/sealed-columns.ts';
import { isSealedOff } from './vault/sealed-off.ts';

export interface LedgerRotation {
  readonly vkey: string;
  readonly entries: number;
  readonly lists: number;
  readonly destroyed: readonly string[];
}

export interface LedgerRotationHouse extends RotationHouse {
  /** As the owner of the tables. */
  readonly owner: Database;
}

const PAGE = 500;
const ATTEMPTS_MAX = 20;
const WAIT_MS = 250;

/** `id` is the uuid of a client, or of the provider's ledger. Tells how far it is, in entries. */
export async function rotateLedger(
  house: LedgerRotationHouse,
  id: string,
  progress: (done: number, total: number) => void = () => {},
): Promise<LedgerRotation> {
  const state = await house.ledgers.find(id);
  if (!state) throw new Fault('no-such-ledger', 'there is no ledger of this id');
  if (state.closed) throw new Fault('ledger-closed', state.closed);
  await house.ledgers.refresh(state);
  // What evidence carries of it lies under these keys now, and could not be found.
  if (isSealedOff(state)) throw new Fault('client-sealed-off', 'this client is sealed off');
  if ((await oldVersions(house, state)).length === 0) await begin(house, state);
  await waitForPending(house, state);
  const entries = await resealEntries(house, state, progress);
  const lists = await resealLists(house, state);
  const destroyed = await end(house, state);
  return { vkey: state.keys.vkey, entries, lists, destroyed };
}

/** The same for one ledger, or for all of them, with a connection of the owner's own. */
export async function rotateLedgers(
  { house, ownerConnection }: Pick<OpenedHouse, 'house' | 'ownerConnection'>,
  only: string | null,
  progress?: (done: number, total: number) => void,
): Promise<LedgerRotation[]> {
  const owner = openDatabase(ownerConnection, 2);
  try {
    const { provider } = house.ledgers;
    const ids = only ? [only] : [provider.id, ...(await readClientIds(house.database))];
    const rotations: LedgerRotation[] = [];
    for (const id of ids) rotations.push(await rotateLedger({ ...house, owner }, id, progress));
    return rotations;
  } finally {
    await owner.close();
  }
}

/** From this transaction on, whoever appends does so under the new keys: it records facts. */
async function begin(house: LedgerRotationHouse, state: LedgerState): Promise<void> {
  const { root } = house;
  const rows = await storedKeys(house, state);
  const log = Math.max(...rows.filter(isOf('log')).map((row) => row.version as number)) + 1;
  const signing = makeLogKey(root, state.id, state.keys.origin, log);
  const years = new Set([...state.keys.sealing.keys()].map(yearOfVersion));
  const sealing = [...years].map((year) => {
    const version = nextGeneration(sealingKey(state.keys, year)!.version);
    return { version, store: makeYearKey(root, state.id, version).store };
  });
  const facts: Fact[] = [
    { type: 'log.key', id: null, vkey: signing.vkey, signature: null },
    changed('log', 'rotated', log),
    ...sealing.map(({ version }) => changed('ledger', 'rotated', version)),
  ];
  await append(house, state, facts, [signing.store, ...sealing.map(({ store }) => store)]);
}

/** Work that is invisible until its end writes lists beside the ledger, perhaps still under the old key. */
async function waitForPending({ ledgers }: LedgerRotationHouse, state: LedgerState) {
  await ledgers.refresh(state);
  const before = state.head.pending;
  while (before !== null && state.head.pending === before) {
    await pause(WAIT_MS);
    await ledgers.refresh(state);
  }
}

async function resealEntries(
  { owner, ledgers }: LedgerRotationHouse,
  state: LedgerState,
  progress: (done: number, total: number) => void,
): Promise<number> {
  let count = 0;
  for (let from = 0; from < state.head.size; from += PAGE) {
    const [rows] = await owner.batch([state.id], [entriesFrom(state.id, from, PAGE)]);
    const changes = rows!.flatMap((row) => {
      const [index, before] = [row.idx as number, row.ct as Buffer];
      const current = sealingKey(state.keys, yearOfVersion(wrappedUnderVersion(before)))!;
      if (wrappedUnderVersion(before) === current.version) return [];
      const bytes = openEntry(state.keys.sealing, state.id, index, before);
      if (!leafHash(bytes).equals(row.leaf as Buffer)) {
        throw new Fault('ledger-unreadable', `entry ${index} is not the one of its leaf hash`);
      }
      return [{ index, before, after: sealEntry(current, state.id, index, bytes) }];
    });
    if (changes.length > 0) await owner.batch([state.id], [replaceEntries(state.id, changes)]);
    count += changes.length;
    progress(Math.min(from + PAGE, state.head.size), state.head.size);
  }
  await ledgers.refresh(state);
  return count;
}

async function resealLists({ owner }: LedgerRotationHouse, state: LedgerState): Promise<number> {
  let count = 0;
  for (;;) {
    const find = listsUnderOther(state.id, currentVersions(state), PAGE);
    const [rows] = await owner.batch([state.id], [find]);
    if (rows!.length === 0) return count;
    const statements = rows!.map((row) => {
      const id = row.attachment_id as string;
      const bytes = openAttachment(state.keys.sealing, state.id, id, row);
      const year = yearOfVersion(wrappedUnderVersion(row.ct as Buffer));
      const current = sealingKey(state.keys, year)!;
      const kind = row.kind as string;
      const sealed = sealPart(current, state.id, id, kind, row.part as number, bytes);
      return replaceList(state.id, row, sealed);
    });
    await owner.batch([state.id], statements);
    count += rows!.length;
  }
}

async function end(house: LedgerRotationHouse, state: LedgerState): Promise<string[]> {
  const find = anyEntryUnderOther(state.id, currentVersions(state));
  const [[left]] = (await house.owner.batch([state.id], [find])) as [[{ found: boolean }]];
  if (left.found)
    throw new Fault('ledger-unreadable', 'an entry lies under a key that is not known');
  const old = await oldVersions(house, state);
  const facts = old.map(({ purpose, version }) => changed(purpose, 'destroyed', version));
  const statements = old.map(({ purpose, version }) => destroyStored(state.id, purpose, version));
  await append(house, state, facts, statements);
  return old.map(({ purpose, version }) => `${purpose}/${version}`);
}

type Purpose = 'log' | 'ledger';

/** Versions that are still held and that others have taken the place of. */
async function oldVersions(house: LedgerRotationHouse, state: LedgerState) {
  const rows = await storedKeys(house, state);
  const newest = Math.max(...rows.filter(isOf('log')).map((row) => row.version as number));
  const logs = rows.filter(isOf('log')).filter((row) => row.version !== newest);
  const sealing = rows.filter(isOf('ledger')).filter((row) => {
    const version = row.version as number;
    return sealingKey(state.keys, yearOfVersion(version))?.version !== version;
  });
  return [...logs, ...sealing]
    .filter((row) => !isDestroyed(row))
    .map((row) => ({ purpose: row.purpose as Purpose, version: row.version as number }));
}

async function storedKeys({ database }: LedgerRotationHouse, { id }: LedgerState): Promise<Row[]> {
  const [rows] = await database.batch([id], [storedKeysStatement(id)]);
  return rows!;
}

const isOf = (purpose: Purpose) => (row: Row) => row.purpose === purpose;

function currentVersions({ keys }: LedgerState): Buffer[] {
  const years = new Set([...keys.sealing.keys()].map(yearOfVersion));
  return [...years].map((year) => versionBytes(sealingKey(keys, year)!.version));
}

function changed(key: Purpose, event: 'rotated' | 'destroyed', version: number): Fact {
  return { type: 'key.changed', id: null, key, event, version, signature: null };
}

async function append(
  { ledgers }: LedgerRotationHouse,
  state: LedgerState,
  facts: readonly Fact[],
  statements: readonly Statement[],
): Promise<void> {
  const entries = facts.map((fact) => ({
    state,
    draft: systemDraft('sys:keys', 'keys.rotate', fact),
  }));
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const decided = new Map<string, number>();
    const until = Number.POSITIVE_INFINITY;
    if ((await ledgers.appendFacts({ entries, decided, until, statements })) !== 'stale') return;
  }
  throw new Fault('ledger-busy', 'authority kept changing');
}
