/** The log: one JSON line per event on standard error. Ids, codes, counts and places in the source;
 * never a value, a name, an address, a query or a body. */
import type { LogEvent } from './house.ts';
import type { Answered } from './metrics/answered.ts';

type Level = 'info' | 'warning' | 'error';

/** Whatever is not named here is a warning: somebody should look what it is. */
const LEVELS: Readonly<Record<string, Level>> = {
  alert: 'error',
  crashed: 'error',
  'import-abandoned': 'error',
  'import-cleaned': 'info',
  'import-failed': 'error',
  'not-ready': 'warning',
  request: 'info',
  'request-failed': 'error',
  started: 'info',
  stopped: 'info',
  stopping: 'info',
  'stop-cut': 'warning',
  'stop-failed': 'error',
  'tls-not-reloaded': 'error',
  'tls-reloaded': 'info',
};

export function levelOf(event: string): Level {
  return LEVELS[event] ?? 'warning';
}

/** Writes the event as one line. */
export function writeLog(event: LogEvent): void {
  const line = { at: new Date().toISOString(), level: levelOf(event.event), ...event };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** The line of one call: without who asked and what about. */
export function requestEvent({ request, operation, status, ms }: Answered): LogEvent {
  return { event: 'request', request, operation, status, ms: Math.round(ms * 10) / 10 };
}
