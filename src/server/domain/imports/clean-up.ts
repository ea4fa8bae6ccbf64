/** Removes what imports of dead processes left: their rows were never visible and never will be. */
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { newUuid } from '../../uuid.ts';
import type { Row, Statement } from '../../vault/database.ts';
import {
  deleteChunks,
  deleteOrphanChunks,
  destroyOldKeys,
  disownImport,
  endImport,
  undoImport,
  unfinishedImports,
} from '../../vault/import-sql.ts';
import { holdLock } from '../../vault/session-lock.ts';
import { submitUndecided } from './finish-import.ts';

import { ImportLost } from './job.ts';

const CLIENTS_AT_ONCE = 100;
const HOUR_MS = 3_600_000;
/** A job takes its import over in a moment. */
const QUEUED_MS = 10_000;

/** Cleans up every client; at the start of a server. */
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
    destroyOldKeys(clients, at - 24 * HOUR_MS),
    deleteOrphanChunks(clients, anHourAgo),
    unfinishedImports(clients, at - QUEUED_MS),
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
  const { database } = house;
  await holdLock(database, id, async () => {
    const [[row]] = (await database.batch([client], [disownImport(client, id)])) as [Row[]];
    if (!row) return;
    const how = { state: 'failed', status: null, keepKey: false, owned: false } as const;
    const ended = endImport(client, id, how);
    if (row.mode === 'commit') {
      await database.batch([client], undoImport(client, id));
      await appendEnd(house, client, id, ended);
    } else {
      await database.batch([client], [ended]);
    }
    await database.batch([client], [deleteChunks(client, id)]);
    house.log({ event: 'import-cleaned', import: id });
  });
}

async function appendEnd(house: House, client: string, id: string, ended: Statement) {
  const draft = systemDraft('sys:imports', 'imports.end', null);
  await submitUndecided(house, {
    ledger: client,
    draft: { ...draft, via: toId('import', id), outcome: 'failed' },
    pending: null,
    statements: [ended],
  });
}

const clientsStatement: Statement = {
  name: 'registry/clients',
  text: 'select id from registry where not is_provider order by id',
  values: [],
};
