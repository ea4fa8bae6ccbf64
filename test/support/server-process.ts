/** The server as a process of its own on the database of DIR, to be killed at any moment. It
 * ends with the process that started it. Run as a program, this file is that server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/main.ts';
import { registerFirst } from '../../src/server/register-first.ts';
import { databaseEnvironment } from './cluster.ts';

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** The first administrator's; null where there were users already. */
  readonly token: string | null;
  /** Ends it with SIGTERM, and what it runs with it. */
  stop(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** What the process logs, in DIR. */
const SERVER_LOG = 'server.log';

/** Starts the server of `directory`, which must exist; throws with its log when it does not start. */
export async function startServerProcess(
  directory: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const path = join(directory, SERVER_LOG);
  const log = openSync(path, 'a', 0o600);
  const child = spawn(process.execPath, [import.meta.filename, directory], {
    stdio: ['pipe', 'pipe', log],
    env: { ...databaseEnvironment(directory), ...more },
  });
  closeSync(log);
  const gone = once(child, 'exit');
  const line = once(createInterface(child.stdout!), 'line');
  const first = await Promise.race([line, gone.then(() => null)]);
  if (first === null) throw new Error(`the server did not start: ${readFileSync(path, 'utf8')}`);
  const { url, token } = JSON.parse(first[0]) as { url: string; token: string | null };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal);
    await gone;
  };
  return {
    url,
    pid: child.pid!,
    token,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

async function serve(directory: string): Promise<void> {
  const env = {
    ...process.env,
    WORKSMARTLY_REQUESTS_PER_SECOND: '1000000',
    WORKSMARTLY_CLIENT_RULES: 'open',
  };
  const { config, secrets } = readConfig({ data: directory, port: 0 }, env);
  const server = await startServer({ config, secrets });
  const token = await registerFirst(server.house, { name: 'Ad Min', address: 'ad@example.test' });
  const stop = async () => {
    await server.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.stdin.resume().once('end', stop);
  process.stdout.write(`${JSON.stringify({ url: server.url, token })}\n`);
}

if (import.meta.main) await serve(process.argv[2]!);
