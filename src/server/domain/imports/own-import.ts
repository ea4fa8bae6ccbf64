/** An import of the client that a call names, with what it was asked to do, as far as its key is there. */
import type { KeyObject } from 'node:crypto';
import { parseId } from '../../../contract/ids.ts';
import { REASONS } from '../../../contract/promises.ts';
import { notFound, Refusal } from '../../fault.ts';
import type { Row } from '../../vault/database.ts';
import { type ImportState, readImportRow } from '../../vault/import-sql.ts';
import type { Call } from '../operation.ts';
import { unwrapImportKey } from './import-key.ts';
import { type ImportPlan, openPlan } from './import-plan.ts';
import type { ImportMode } from './import-status.ts';

export interface FoundImport {
  readonly id: string;
  readonly mode: ImportMode;
  readonly state: ImportState;
  readonly row: Row;
  readonly key: KeyObject | null;
  /** Null when the key is gone. */
  readonly plan: ImportPlan | null;
  /** When it came to its state, ms. */
  readonly reachedAt: number;
}

/** Throws not found for whatever is no import of this client. */
export async function findOwnImport({ house, state, input }: Call): Promise<FoundImport> {
  const id = parseId('import', input.params.id)!;
  const [rows] = await house.database.batch([state.id], [readImportRow(state.id, id)]);
  const row = rows![0];
  if (!row) throw notFound();
  const wrapped = row.wrapped as Buffer | null;
  const key = wrapped && unwrapImportKey(state.clientKeys.client, state.id, id, wrapped);
  const sealed = row.plan as Buffer | null;
  return {
    id,
    mode: row.mode as ImportMode,
    state: row.state as ImportState,
    row,
    key,
    plan: key && sealed && openPlan(key, state.id, id, sealed),
    reachedAt: (row.reached_at as Date).getTime(),
  };
}

/** Who carries an import on, or undoes it, is who started it, with a grant for all its record types. */
export function mustBeOwn({ principal, grant }: Call, plan: ImportPlan): void {
  if (plan.user !== principal.user) {
    throw new Refusal(
      403,
      ['not-who-started-it'],
      'Only whoever started this import can do that.',
      { promise: 'need-to-know' },
    );
  }
  if (plan.types.some((type) => !grant!.types.has(type))) {
    const { sentence, promise } = REASONS['type-not-instructed'];
    throw new Refusal(403, ['type-not-instructed'], sentence, { promise });
  }
}
