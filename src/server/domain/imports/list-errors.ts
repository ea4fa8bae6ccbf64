/** Everything that was wrong with a file, up to a bound: rows, columns and reasons, never a value. */
import { conflict } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';
import { toCsv } from '../reports/csv.ts';
import { ERRORS_LISTED_MAX, readErrorList } from './error-list.ts';
import { openStatus } from './import-status.ts';
import { findOwnImport } from './own-import.ts';

const JSON_MAX = 1000;

export const listErrors: DomainOperation = {
  async run(call) {
    const { house, state, input } = call;
    const { id, key, row } = await findOwnImport(call);
    if (!key) {
      throw conflict('errors-forgotten', 'The errors of this import are not kept any more.');
    }
    const { errorCount, errors } = openStatus(
      state.clientKeys.record,
      key,
      state.id,
      id,
      row.status as Buffer,
    );
    const place = { database: house.database, client: state.id, id, key };
    const listed = Math.min(errorCount, ERRORS_LISTED_MAX);
    const isCsv = input.accept?.includes('text/csv') ?? false;
    return {
      rows: isCsv ? listed : Math.min(errors.length, JSON_MAX),
      answer() {
        if (isCsv) return { csv: csvOf(place) };
        return { errorCount, listed, items: errors.slice(0, JSON_MAX) };
      },
    };
  },
};

async function* csvOf(place: Parameters<typeof readErrorList>[0]) {
  yield toCsv(['row', 'column', 'reason'], []);
  for await (const errors of readErrorList(place)) {
    yield errorLines(errors.map(({ row, column, reason }) => [row, column, reason]));
  }
}

/** The lines alone. */
function errorLines(rows: [number, string, string][]): string {
  const text = toCsv([], rows);
  return text.slice(text.indexOf('\r\n') + 2);
}
