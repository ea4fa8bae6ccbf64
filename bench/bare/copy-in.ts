/**
 * COPY … FROM STDIN in PostgreSQL's text format over the same driver, which offers COPY only as an
 * interface for streams.
 */
import type pg from 'pg';

interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Sends lines made by `copyLine` in one COPY; rejects with the database's error. */
export function copyIn(
  client: pg.ClientBase,
  statement: string,
  lines: readonly string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    client.query({
      submit: (connection: pg.Connection) =>
        (connection as unknown as CopyConnection).query(statement),
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(Buffer.from(lines.join(''), 'utf8'));
        connection.endCopyFrom();
      },
      handleError(error: Error) {
        failure = error;
        reject(error);
      },
      handleReadyForQuery() {
        if (failure === undefined) resolve();
      },
      handleCommandComplete() {},
      handleRowDescription() {},
      handleDataRow() {},
      handlePortalSuspended() {},
      handleEmptyQuery() {},
    } as pg.Submittable);
  });
}

/** One line of the text format, changing `cells`; null and undefined become NULL. */
export function copyLine(cells: unknown[]): string {
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index];
    if (cell === null || cell === undefined) cells[index] = '\\N';
    else if (typeof cell === 'string' && special.test(cell)) cells[index] = escaped(cell);
  }
  return `${cells.join('\t')}\n`;
}

const special = /[\\\t\n\r]/u;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(cell: string): string {
  return cell.replace(/[\\\t\n\r]/gu, (character) => escapes[character] as string);
}
