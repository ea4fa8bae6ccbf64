/** Where events go beside the ledgers: a syslog collector and a file. Nobody waits for them: what does not
 * fit into the queue is lost, and counted. */
import type { SyslogConfig } from '../../config.ts';
import type { LogEvent } from '../../house.ts';
import { openFileSink } from './file-sink.ts';
import { openSyslogSink } from './syslog-sink.ts';

/** One place where events go. */
export interface Sink {
  /** Takes lines of OCSF, without line ends; gives how many it had to drop. */
  send(lines: readonly string[]): number;
  close(): Promise<void>;
}

export interface EventSinks {
  /** Whether anybody wants events at all. */
  readonly areWanted: boolean;
  send(lines: readonly string[]): void;
  /** How many were lost since this was last asked. */
  takeLost(): number;
  close(): Promise<void>;
}

export interface SinkOptions {
  readonly syslog: SyslogConfig | undefined;
  readonly file: string | undefined;
  readonly log: (event: LogEvent) => void;
}

export function openEventSinks({ syslog, file, log }: SinkOptions): EventSinks {
  let lost = 0;
  const dropped = (count: number) => {
    lost += count;
  };
  const sinks: Sink[] = [];
  if (syslog) sinks.push(openSyslogSink({ ...syslog, log, dropped }));
  if (file !== undefined) sinks.push(openFileSink(file, { log, dropped }));
  return {
    areWanted: sinks.length > 0,
    send(lines) {
      if (lines.length > 0) for (const sink of sinks) lost += sink.send(lines);
    },
    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
    async close() {
      for (const sink of sinks) await sink.close();
    },
  };
}
