/** Events appended to a file, a line of JSON each, for whoever collects files. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { LogEvent } from '../../house.ts';
import type { Sink } from './event-sinks.ts';

const WAITING_MAX = 20_000;
const FLAGS = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW;

export function openFileSink(
  path: string,
  {
    log,
    dropped,
  }: { readonly log: (event: LogEvent) => void; readonly dropped: (count: number) => void },
): Sink {
  let waiting: string[] = [];
  let writing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const lines = waiting;
    waiting = [];
    if (lines.length === 0) return;
    try {
      // Opened each time: a file that was moved away is begun anew.
      const file = await open(path, FLAGS, 0o600);
      try {
        await file.appendFile(`${lines.join('\n')}\n`);
      } finally {
        await file.close();
      }
    } catch (error) {
      dropped(lines.length);
      log({ event: 'events-file-failed', code: (error as { code?: string }).code ?? null });
    }
  }

  return {
    send(lines) {
      const room = Math.max(0, WAITING_MAX - waiting.length);
      waiting.push(...lines.slice(0, room));
      writing = writing.then(flush);
      return Math.max(0, lines.length - room);
    },
    async close() {
      await writing.then(flush);
    },
  };
}
