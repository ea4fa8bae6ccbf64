/** Rows of a COPY … TO STDOUT (FORMAT binary), handed over as they arrive and without a copy: half
 * the time of ordinary results, and nothing is held. PostgreSQL manual, COPY, "Binary Format". */
import type pg from 'pg';

/** One row inside `bytes`, which holds only until the callback returns. */
export interface CopyRow {
  bytes: Buffer;
  /** Where each field starts; `end` where it ends. A null field ends before it starts. */
  readonly start: Int32Array;
  readonly end: Int32Array;
}

const SIGNATURE_BYTES = 11;
const FIELDS_MAX = 16;

/** Runs the copy and gives every row to `onRow`; after it has thrown, the rest is skipped and the
 * promise rejects. Resolves to the number of rows. `sql` must be static but for checked uuids. */
export function copyRows(
  db: pg.ClientBase,
  sql: string,
  onRow: (row: CopyRow) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const row: CopyRow = {
      bytes: Buffer.alloc(0),
      start: new Int32Array(FIELDS_MAX),
      end: new Int32Array(FIELDS_MAX),
    };
    let rows = 0;
    let isFirst = true;
    let failure: unknown = null;
    const take = (chunk: Buffer) => {
      let at = 0;
      if (isFirst) {
        isFirst = false;
        const extension = chunk.readInt32BE(SIGNATURE_BYTES + 4);
        at = SIGNATURE_BYTES + 8 + extension;
        if (at === chunk.length) return;
      }
      if (chunk.readInt16BE(at) === -1) return;
      row.bytes = chunk;
      readFields(row, at);
      rows++;
      onRow(row);
    };
    db.query({
      submit: (connection: { query(text: string): void }) => connection.query(sql),
      handleCopyData: ({ chunk }: { chunk: Buffer }) => {
        if (failure !== null) return;
        try {
          take(chunk);
        } catch (error) {
          failure = error;
        }
      },
      handleError: reject,
      handleReadyForQuery: () => (failure === null ? resolve(rows) : reject(failure)),
      handleCommandComplete: () => {},
      handleRowDescription: () => {},
      handleDataRow: () => {},
      handleEmptyQuery: () => {},
      handlePortalSuspended: () => {},
    } as pg.Submittable);
  });
}

function readFields(row: CopyRow, from: number): void {
  const fields = row.bytes.readInt16BE(from);
  let at = from + 2;
  for (let i = 0; i < fields; i++) {
    const length = row.bytes.readInt32BE(at);
    row.start[i] = at + 4;
    row.end[i] = at + 4 + length;
    at += 4 + Math.max(length, 0);
  }
}
