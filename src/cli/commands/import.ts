/** `import check` and `import commit`: a staff file goes up, and is followed to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { callOperation } from '../client.ts';
import type { Command, Invocation } from '../command.ts';
import { multipartBody } from '../multipart-body.ts';
import { openProgress } from '../progress.ts';
import { printable, textTable } from '../text-table.ts';

type Mode = 'check' | 'commit';
type Status = Awaited<ReturnType<typeof callOperation<'imports.read'>>>;

/** Every look makes an entry in the client's ledger, so they come further and further apart. */
const POLL_FIRST_MS = 100;
const POLL_MAX_MS = 2_000;
const POLL_GROWTH = 1.5;

export const checkImport = importCommand(
  'check',
  'check a staff file under a mapping; nothing is stored',
);
export const commitImport = importCommand(
  'commit',
  'import a staff file under a mapping, all or nothing',
);

function importCommand(mode: Mode, summary: string): Command {
  return {
    name: `import ${mode}`,
    summary,
    positionals: ['FILE'],
    connects: true,
    options: {
      client: { value: 'ID', help: 'whose staff it is', required: true },
      mapping: { value: 'FILE', help: 'the mapping, as JSON', required: true },
    },
    async run(invocation) {
      const { positionals, text } = invocation;
      const client = text('client')!;
      const id = await send(invocation, mode, client, {
        mapping: text('mapping')!,
        file: positionals[0]!,
      });
      return show(invocation, await follow(invocation, client, id));
    },
  };
}

async function send(
  { connection, terminal }: Invocation,
  mode: Mode,
  client: string,
  files: { mapping: string; file: string },
): Promise<string> {
  const progress = openProgress(terminal, 'sending', 'bytes');
  try {
    const upload = await multipartBody({ ...files }, progress.update);
    const options = { params: { c: client }, query: { mode }, upload };
    const { id } = await callOperation(connection(), 'imports.start', options);
    return id;
  } finally {
    progress.close();
  }
}

/** The status once there is nothing left to wait for. */
async function follow(
  { connection, terminal }: Invocation,
  c: string,
  id: string,
): Promise<Status> {
  const progress = openProgress(terminal, 'reading', 'rows');
  try {
    for (let wait = POLL_FIRST_MS; ; wait = Math.min(wait * POLL_GROWTH, POLL_MAX_MS)) {
      const status = await callOperation(connection(), 'imports.read', { params: { c, id } });
      if (status.state !== 'queued' && status.state !== 'running') return status;
      progress.update(status.rows.read, null);
      await sleep(wait);
    }
  } finally {
    progress.close();
  }
}

function show({ terminal, json }: Invocation, status: Status): number {
  const { id, mode, state, rows, errorCount, errors } = status;
  const code = state === 'done' ? 0 : 1;
  if (json) {
    terminal.out(JSON.stringify(status));
    return code;
  }
  const counts = Object.entries(rows).map(
    ([name, count]) => `${count.toLocaleString('en-US')} ${name}`,
  );
  terminal.out(`${id} ${mode} ${state}: ${counts.join(', ')}`);
  if (errors.length > 0) {
    const cells = errors.map(({ row, column, reason }) => [row, column, reason]);
    for (const line of textTable(['row', 'column', 'reason'], cells)) terminal.out(printable(line));
  }
  if (errorCount > errors.length) {
    terminal.out(`and ${(errorCount - errors.length).toLocaleString('en-US')} more errors`);
  }
  return code;
}
