/** A process that runs schedules that are due, on a database that others use too, to be killed at any
 * moment. Run as a program, this file is that process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/main.ts';
import type { TestDatabase } from './cluster.ts';

export interface SchedulerProcess {
  /** Tells it to look for what is due; it may be killed before it is done. */
  look(): void;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts it with a clock that stands at `now`. */
export async function startSchedulerProcess(
  database: TestDatabase,
  directory: string,
  now: number,
): Promise<SchedulerProcess> {
  const connections = { app: database.connection('app'), owner: database.connection('owner') };
  const child = spawn(
    process.execPath,
    [import.meta.filename, JSON.stringify({ connections, directory, now })],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const gone = once(child, 'exit');
  await once(createInterface(child.stdout!), 'line');
  return {
    look: () => child.stdin!.write('look\n'),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function serve({ connections, directory, now }: Awaited<ReturnType<typeof JSON.parse>>) {
  const { config, secrets } = readConfig(
    { data: directory, port: 0 },
    { WORKSMARTLY_CLIENT_RULES: 'open' },
  );
  const server = await startServer({ config, secrets, connections, now: () => now, log: () => {} });
  createInterface(process.stdin).on('line', () => void server.scheduler.look());
  process.stdin.once('end', () => process.exit(0));
  process.stdout.write('ready\n');
}

if (import.meta.main) await serve(JSON.parse(process.argv[2]!));
