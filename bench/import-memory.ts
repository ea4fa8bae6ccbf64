/** How much memory and time an import of any length takes: `import-memory.ts csv|xlsx ROWS`. One line of
 * JSON. The file is written to disk as it is made, and sent from there. */
import { createWriteStream, openAsBlob, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { tempDir } from '../test/support/cluster.ts';
import { furnish } from '../test/support/furnish.ts';
import { readStatus } from '../test/support/imports.ts';
import { startServerProcess } from '../test/support/server-process.ts';
import { staffMapping } from './data/staff-csv.ts';
import { csvOf, workbookOf } from './data/staff-stream.ts';

const [kind = 'csv', rows = '100000'] = process.argv.slice(2);
const count = Number(rows);
const directory = tempDir();
const path = join(directory, 'staff');
await pipeline(
  kind === 'xlsx' ? workbookOf(count) : Readable.from(csvOf(count)),
  createWriteStream(path),
);

const server = await startServerProcess(directory);
const { hr, client } = await furnish(server.url, server.token!, 'Long Works');
const memory = (name: string): number => {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024);
};
const before = memory('VmRSS');
const body = new FormData();
body.set('mapping', new Blob([JSON.stringify(staffMapping)]), 'mapping.json');
body.set('file', await openAsBlob(path), 'staff');
const started = performance.now();
const seconds = () => Math.round((performance.now() - started) / 100) / 10;
const answer = await fetch(`${server.url}/api/v1/clients/${client}/imports?mode=commit`, {
  method: 'POST',
  headers: { authorization: `Bearer ${hr}` },
  body,
});
const { id } = (await answer.json()) as { id: string };
const steps: Record<string, number> = { sent: seconds() };
for (;;) {
  const status = await readStatus({ url: server.url, token: hr, client }, id);
  if (status.progress) steps[status.progress.step] = seconds();
  if (!['queued', 'running'].includes(status.state)) {
    const { state, rows: counts, errors } = status;
    const file = Math.round(statSync(path).size / 1024 / 1024);
    const told = {
      kind,
      rows: count,
      fileMiB: file,
      state,
      added: counts.added,
      seconds: seconds(),
    };
    const rss = { before, peak: memory('VmHWM'), after: memory('VmRSS') };
    process.stdout.write(
      `${JSON.stringify({ ...told, steps, rssMiB: rss, errors: errors.slice(0, 2) })}\n`,
    );
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
}
await server.stop();
