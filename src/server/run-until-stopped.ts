/** A server as a process of its own: what signals mean, and that a crash says no more than a place. */
import { failureEvent } from './failure-event.ts';
import { writeLog } from './log.ts';

/** What of a running server is needed here. */
interface Stoppable {
  readonly url: string;
  readonly tls: { reload(): void };
  stop(): Promise<void>;
}

/** Beyond what the settings allow, for the jobs and the database to end. */
const GRACE_SECONDS = 15;

/**
 * Resolves with the exit code when the server has stopped: SIGTERM or SIGINT stops it gracefully, a
 * second one ends the process at once, SIGHUP takes the certificate anew.
 */
export async function runUntilStopped(
  server: Stoppable,
  limits: { readonly drainSeconds: number; readonly stopSeconds: number },
): Promise<number> {
  // A message could carry a value, and Node.js would print it.
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.removeAllListeners('warning');
  process.on('warning', ({ name }) => writeLog({ event: 'warning', name }));
  process.on('SIGHUP', () => server.tls.reload());
  writeLog({ event: 'started', tls: server.url.startsWith('https:') });
  await firstSignal();
  const seconds = limits.drainSeconds + limits.stopSeconds + GRACE_SECONDS;
  const overdue = setTimeout(() => {
    writeLog({ event: 'stop-failed', seconds });
    process.exit(1);
  }, seconds * 1000).unref();
  await server.stop();
  clearTimeout(overdue);
  return 0;
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isStopping) process.exit(1);
        isStopping = true;
        resolve();
      });
    }
  });
}

function crash(error: unknown): void {
  writeLog({ ...failureEvent(error, '-', '-'), event: 'crashed' });
  process.exit(1);
}
