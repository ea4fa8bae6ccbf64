/** Sends a staff file, as a stream, through the import of either side and waits until its people are there. */
import { createReadStream, statSync } from 'node:fs';
import { openConnection } from './load/http-connection.ts';
import { requestBytes, requestHead } from './load/request.ts';
import type { Side, SideClient } from './side.ts';

const pollMs = 20;
const boundary = 'bench-6f1d9a';

interface ImportStatus {
  id: string;
  state: 'queued' | 'running' | 'done' | 'refused' | 'failed';
  rows: { added: number };
  errors: unknown[];
}

/** Seconds from the first byte sent to `done`. Throws when the import does not end so. */
export async function importFile(
  side: Side,
  { id, token }: SideClient,
  file: string,
  mapping: object,
): Promise<{ seconds: number; added: number }> {
  const connection = await openConnection(side.port);
  const path = `/api/v1/clients/${id}/imports`;
  const { before, after } = formAround(mapping);
  const length = before.length + statSync(file).size + after.length;
  const type = `multipart/form-data; boundary=${boundary}`;
  const head = requestHead({ method: 'POST', path: `${path}?mode=commit`, token }, type, length);
  const started = performance.now();
  try {
    const accepted = await connection.sendPieces(pieces(head, before, file, after));
    if (accepted.status !== 202) throw new Error(`import: ${accepted.status} ${accepted.body}`);
    const { id: job } = JSON.parse(accepted.body.toString('utf8')) as { id: string };
    const ask = requestBytes({ method: 'GET', path: `${path}/${job}`, token });
    for (;;) {
      const { body: answer } = await connection.send(ask);
      const status = JSON.parse(answer.toString('utf8')) as ImportStatus;
      if (status.state === 'done') {
        return { seconds: (performance.now() - started) / 1000, added: status.rows.added };
      }
      if (status.state !== 'queued' && status.state !== 'running') {
        throw new Error(`import: ${status.state} ${JSON.stringify(status.errors.slice(0, 3))}`);
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } finally {
    connection.close();
  }
}

async function* pieces(
  head: Buffer,
  before: Buffer,
  file: string,
  after: Buffer,
): AsyncGenerator<Buffer> {
  yield Buffer.concat([head, before]);
  yield* createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  yield after;
}

/** What stands before and behind the file in the form. */
function formAround(mapping: object): { before: Buffer; after: Buffer } {
  const part = (name: string, type: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`;
  return {
    before: Buffer.concat([
      Buffer.from(part('mapping', 'application/json') + JSON.stringify(mapping)),
      Buffer.from(`\r\n${part('file', 'text/csv')}`),
    ]),
    after: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}
