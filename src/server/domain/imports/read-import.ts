/** Reads how far an import is, and what was wrong with its file. */
import { parseId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import { readImportRow } from '../../vault/import-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { unwrapImportKey } from './import-key.ts';
import { openStatus } from './import-status.ts';
import { importsUnderWay } from './progress.ts';

export const readImport: DomainOperation = {
  async run({ house, state, input }) {
    const id = parseId('import', input.params.id)!;
    const statement = readImportRow(state.id, id);
    const [rows] = await house.database.batch([state.id], [statement]);
    const row = rows![0];
    if (!row) throw notFound();
    const { client, record } = state.clientKeys;
    const wrapped = row.wrapped as Buffer | null;
    const key = wrapped && unwrapImportKey(client, state.id, id, wrapped);
    const isOver = row.state !== 'queued' && row.state !== 'running';
    const live = isOver ? undefined : importsUnderWay(house).get(id);
    const status = live ?? openStatus(record, key, state.id, id, row.status as Buffer);
    const { rows: counts, errorCount, errors } = status;
    const answer = { id: input.params.id, mode: row.mode, state: live?.state ?? row.state };
    return { answer: () => ({ ...answer, rows: { ...counts }, errorCount, errors }) };
  },
};
