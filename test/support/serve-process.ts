/** `worksmartly serve` as an operator runs it: a process of its own with its environment, its signals
 * and its log. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { databaseEnvironment } from './cluster.ts';

export interface ServeProcess {
  readonly url: string;
  /** The first administrator's, if one was registered. */
  readonly token: string | undefined;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code, or the signal's name, when it is gone. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Everything that it has written so far. */
  output(): { readonly out: string; readonly err: string };
  /** The events of its log so far. */
  events(): Record<string, unknown>[];
  /** Ends it where a test has not. */
  stop(): Promise<void>;
}

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** Starts it on DIR, whose database may have been launched by the test; throws when it does not start. */
export async function startServe(
  directory: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<ServeProcess> {
  const child = spawn(
    process.execPath,
    [MAIN, 'serve', '--data', directory, '--port', '0', '--json', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        WORKSMARTLY_REQUESTS_PER_SECOND: '100000',
        WORKSMARTLY_CLIENT_RULES: 'open',
        ...databaseEnvironment(directory),
        ...env,
      },
    },
  );
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const gone = once(child, 'close');
  const ended = gone.then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const line = once(createInterface(child.stdout), 'line');
  const first = await Promise.race([line, gone.then(() => null)]);
  if (first === null) throw new Error(`it did not start: ${err}`);
  const { url, token } = JSON.parse(first[0]) as { url: string; token?: string };
  return {
    url,
    token,
    signal: (name) => child.kill(name),
    ended,
    output: () => ({ out, err }),
    events: () =>
      err
        .split('\n')
        .filter((each) => each !== '')
        .map((each) => JSON.parse(each) as Record<string, unknown>),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
