/** Looks after imports whose process died. One that was to be committed waits an hour for whoever
 * started it, holding the client's place; whatever nobody carries on is taken back. Nothing of it was
 * ever visible. */
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { newUuid } from '../../uuid.ts';
import type { Row, Statement } from '../../vault/database.ts';
import {
  deleteChunks,
  deleteOrphanChunks,
  deleteUnreadable,
} from '../../vault/import-parts-sql.ts';
import {
  deleteLists,
  destroyOldKeys,
  disownImport,
  endImport,
  type ImportState,
  moveImport,
  readImportRow,
  restoreDone,
  undoImport,
  unfinishedImports,
} from '../../vault/import-sql.ts';
import { holdLock } from '../../vault/session-lock.ts';
import { submitUndecided } from './finish-import.ts';
import { ImportLost } from './job.ts';

export const HOUR_MS = 3_600_000;
const CLIENTS_AT_ONCE = 100;
const EVERY_MS = 300_000;
/** A job takes its import over in a moment. */
const QUEUED_MS = 10_000;

/** Cleans up now and every few minutes until the server stops. */
export async function keepImportsClean(house: House): Promise<void> {
  await cleanUpImports(house);
  const timer = setInterval(() => {
    const cleaning = cleanUpImports(house)
      .catch(() => house.log({ event: 'imports-not-cleaned' }))
      .finally(() => house.jobs.delete(cleaning));
    house.jobs.add(cleaning);
  }, EVERY_MS);
  timer.unref();
  house.stopping.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** Cleans up every client. */
export async function cleanUpImports(house: House): Promise<void> {
  const [rows] = await house.database.batch([], [clientsStatement]);
  const clients = rows!.map((row) => row.id as string);
  for (let at = 0; at < clients.length; at += CLIENTS_AT_ONCE) {
    await cleanUpClients(house, clients.slice(at, at + CLIENTS_AT_ONCE));
  }
}

/** The same for one client, when an import of it seems to be under way. */
export async function cleanUpClient(house: House, state: LedgerState): Promise<void> {
  await cleanUpClients(house, [state.id]);
  await house.ledgers.refresh(state);
}

async function cleanUpClients(house: House, clients: readonly string[]): Promise<void> {
  const { database, now } = house;
  const at = now();
  const anHourAgo = `${newUuid(Math.max(0, at - HOUR_MS)).slice(0, 14)}7000-8000-000000000000`;
  const [, , unfinished] = await database.batch(clients, [
    destroyOldKeys(clients, at - HOUR_MS, at - 24 * HOUR_MS),
    deleteOrphanChunks(clients, anHourAgo),
    unfinishedImports(clients, at - QUEUED_MS, at - HOUR_MS),
    ...deleteUnreadable(clients),
  ]);
  for (const row of unfinished!) {
    try {
      await cleanUpImport(house, row.client_id as string, row.import_id as string);
    } catch (error) {
      if (error instanceof ImportLost) continue;
      const { code } = error as { code?: string };
      house.log({
        event: 'import-not-cleaned',
        import: row.import_id as string,
        code: code ?? null,
      });
    }
  }
}

/** Each step can be done again by another process, should this one die in the middle. */
async function cleanUpImport(house: House, client: string, id: string): Promise<void> {
  const { database, now } = house;
  await holdLock(database, id, async () => {
    const [[row]] = (await database.batch([client], [readImportRow(client, id)])) as [Row[]];
    switch (row?.state as ImportState | undefined) {
      case 'queued':
      case 'running': {
        // Imports of the first version have no plan to go on with.
        if (row!.mode !== 'commit' || row!.wrapped === null || row!.plan === null) {
          return takeBack(house, client, id, 'failed');
        }
        const interrupt = moveImport(client, id, ['queued', 'running'], 'interrupted', now());
        await database.batch([client], [interrupt]);
        return house.log({ event: 'import-interrupted', import: id });
      }
      case 'interrupted':
        return takeBack(house, client, id, 'failed');
      case 'cancelling':
        return takeBack(house, client, id, 'cancelled');
      case 'undoing':
        return stopUndo(house, client, id);
      case 'undone':
        return clearAway(house, client, id);
      default:
        return;
    }
  });
}

async function takeBack(
  house: House,
  client: string,
  id: string,
  state: 'failed' | 'cancelled',
): Promise<void> {
  const { database, now } = house;
  const [[row]] = (await database.batch([client], [disownImport(client, id)])) as [Row[]];
  if (!row) return;
  const from = ['queued', 'running', 'interrupted', 'cancelling'] as const;
  const ended = endImport(client, id, {
    from,
    state,
    status: null,
    keepKey: false,
    owned: false,
    at: now(),
  });
  if (row.mode === 'commit') {
    await database.batch([client], [...undoImport(client, id), deleteLists(client, id)]);
    await appendEnd(house, client, id, 'failed', [ended]);
  } else {
    await database.batch([client], [ended]);
  }
  await database.batch([client], [deleteChunks(client, id), ...deleteUnreadable([client])]);
  house.log({ event: 'import-cleaned', import: id });
}

/** An undoing that died before anything of it was visible: the import stands as it stood. */
async function stopUndo(house: House, client: string, id: string): Promise<void> {
  const { ledgers, database } = house;
  const state = (await ledgers.find(client))!;
  await ledgers.refresh(state);
  const { pending } = state.head;
  if (pending !== null) await database.batch([client], [deleteLists(client, pending)]);
  await appendEnd(house, client, id, 'failed', [restoreDone(client, id)]);
}

/** Removes the rows of an import that was undone: since its entry nobody sees them any more. Then the
 * client's place is free. */
export async function clearAway(house: House, client: string, id: string): Promise<void> {
  const { database, ledgers } = house;
  for (const statement of undoImport(client, id)) await database.batch([client], [statement]);
  const state = (await ledgers.find(client))!;
  await ledgers.refresh(state);
  if (state.head.pending === id) await appendEnd(house, client, id, 'allowed', []);
}

async function appendEnd(
  house: House,
  client: string,
  id: string,
  outcome: 'allowed' | 'failed',
  statements: readonly Statement[],
) {
  const draft = systemDraft('sys:imports', 'imports.end', null);
  await submitUndecided(house, {
    ledger: client,
    draft: { ...draft, via: toId('import', id), outcome },
    pending: null,
    statements,
  });
}

const clientsStatement: Statement = {
  name: 'registry/clients',
  text: 'select id from registry where not is_provider order by id',
  values: [],
};
