/** Reads how far an import is, and what was wrong with its file. */
import { parseId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { Row } from '../../vault/database.ts';
import { readImportRow } from '../../vault/import-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { cleanUpClient } from './clean-up.ts';
import { unwrapImportKey } from './import-key.ts';
import { openStatus } from './import-status.ts';
import { importsUnderWay } from './progress.ts';

export const readImport: DomainOperation = {
  async run({ house, state, input }) {
    const id = parseId('import', input.params.id)!;
    let row = await readRow(house, state.id, id);
    if (row && isUnderWay(row) && !importsUnderWay(house).has(id)) {
      // Another process carries it out, or nobody does any more.
      await cleanUpClient(house, state);
      row = await readRow(house, state.id, id);
    }
    if (!row) throw notFound();
    const { client, record } = state.clientKeys;
    const wrapped = row.wrapped as Buffer | null;
    const key = wrapped && unwrapImportKey(client, state.id, id, wrapped);
    const live = isUnderWay(row) ? importsUnderWay(house).get(id) : undefined;
    const status = live ?? openStatus(record, key, state.id, id, row.status as Buffer);
    const { rows: counts, errorCount, errors } = status;
    const answer = { id: input.params.id, mode: row.mode, state: live?.state ?? row.state };
    return { answer: () => ({ ...answer, rows: { ...counts }, errorCount, errors }) };
  },
};

async function readRow(house: House, client: string, id: string): Promise<Row | undefined> {
  const [rows] = await house.database.batch([client], [readImportRow(client, id)]);
  return rows![0];
}

function isUnderWay({ state }: Row): boolean {
  return state === 'queued' || state === 'running';
}
