/** Follows an import to its end and says what came of it. Ctrl-C stops the following, not the import:
 * it then says how to go on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { callOperation } from './client.ts';
import type { Invocation } from './command.ts';
import { openProgress } from './progress.ts';
import { printable, textTable } from './text-table.ts';

export type ImportStatus = Awaited<ReturnType<typeof callOperation<'imports.read'>>>;

/** Every look makes an entry in the client's ledger, so they come further and further apart. */
const POLL_FIRST_MS = 100;
const POLL_MAX_MS = 2_000;
const POLL_GROWTH = 1.5;
const UNDER_WAY: readonly ImportStatus['state'][] = ['queued', 'running', 'cancelling', 'undoing'];
/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Follows and shows it; resolves with the exit code, 0 when it came to the state `wanted`. */
export async function followImport(
  invocation: Invocation,
  c: string,
  id: string,
  wanted: ImportStatus['state'] = 'done',
): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    const status = await follow(invocation, c, id, stop.signal);
    if (status) return show(invocation, c, status, wanted);
    return goOn(invocation, c, id);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** The status once there is nothing left to wait for; null after Ctrl-C. */
async function follow(
  { connection, terminal }: Invocation,
  c: string,
  id: string,
  stop: AbortSignal,
): Promise<ImportStatus | null> {
  let progress = openProgress(terminal, 'waiting', 'rows');
  let step = '';
  try {
    for (let wait = POLL_FIRST_MS; ; wait = Math.min(wait * POLL_GROWTH, POLL_MAX_MS)) {
      if (stop.aborted) return null;
      const status = await callOperation(connection(), 'imports.read', { params: { c, id } });
      if (!UNDER_WAY.includes(status.state)) return status;
      const now = status.progress;
      if (now && now.step !== step) {
        progress.close();
        step = now.step;
        progress = openProgress(terminal, step, now.unit);
      }
      if (now) progress.update(now.done, now.total);
      await sleep(wait, undefined, { signal: stop }).catch(() => {});
    }
  } finally {
    progress.close();
  }
}

function goOn({ terminal }: Invocation, client: string, id: string): number {
  terminal.err(`${id} goes on at the server. To follow it again:`);
  terminal.err(`  worksmartly import status ${id} --client ${client}`);
  terminal.err('To take it back:');
  terminal.err(`  worksmartly import cancel ${id} --client ${client}`);
  return INTERRUPTED;
}

function show(
  { terminal, json }: Invocation,
  client: string,
  status: ImportStatus,
  wanted: ImportStatus['state'],
): number {
  const { id, mode, state, rows, errorCount, errors, undoUntil } = status;
  const code = state === wanted ? 0 : 1;
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
  if (errorCount > errors.length && errors.length > 0) {
    terminal.out(`and ${(errorCount - errors.length).toLocaleString('en-US')} more errors:`);
    terminal.out(`  worksmartly import errors ${id} --client ${client}`);
  }
  if (state === 'interrupted') {
    terminal.err('It was interrupted, and waits an hour for whoever started it:');
    terminal.err(`  worksmartly import resume ${id} --client ${client}`);
    terminal.err(`  worksmartly import cancel ${id} --client ${client}`);
  }
  if (undoUntil) {
    terminal.err(`Until ${undoUntil}: worksmartly import undo ${id} --client ${client}`);
  }
  return code;
}
