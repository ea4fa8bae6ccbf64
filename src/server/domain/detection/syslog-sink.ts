/** Events to a syslog collector over TLS (RFC 5425): the collector's certificate is checked, messages are
 * counted in bytes, and a connection that breaks is made again. What waits is bounded. */
import { connect, type TLSSocket } from 'node:tls';
import type { SyslogConfig } from '../../config.ts';
import type { LogEvent } from '../../house.ts';
import type { Sink } from './event-sinks.ts';
import { frameMessage, syslogMessage } from './syslog-line.ts';

export interface SyslogOptions extends SyslogConfig {
  readonly log: (event: LogEvent) => void;
  /** Told of messages that were on their way when the connection broke. */
  readonly dropped: (count: number) => void;
  readonly queueMax?: number;
  readonly retryMs?: number;
}

const QUEUE_MAX = 20_000;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 60_000;
/** Messages handed to the socket at once. */
const BURST = 100;
const CLOSE_MS = 2000;

export function openSyslogSink(options: SyslogOptions): Sink {
  const { host, port, ca, log, dropped, queueMax = QUEUE_MAX, retryMs = RETRY_MS } = options;
  const queue: string[] = [];
  let socket: TLSSocket | null = null;
  let isReady = false;
  let isClosed = false;
  /** Handed to the socket, and not known to have left. */
  let underWay = 0;
  let wait = retryMs;
  let timer: NodeJS.Timeout | null = null;
  let emptied: (() => void) | null = null;

  function open(): void {
    timer = null;
    if (isClosed || socket) return;
    const servername = /^[\d.:]+$/.test(host) ? undefined : host;
    const opening = connect({
      ...{ host, port, minVersion: 'TLSv1.2', rejectUnauthorized: true },
      ...(ca !== undefined && { ca }),
      ...(servername !== undefined && { servername }),
    });
    socket = opening;
    opening.unref();
    opening.setKeepAlive(true, 30_000);
    opening.on('secureConnect', () => {
      isReady = true;
      wait = retryMs;
      log({ event: 'syslog-connected' });
      pump();
    });
    // A collector says nothing; whatever comes is not kept.
    opening.resume();
    opening.on('error', (error: NodeJS.ErrnoException) => {
      log({ event: 'syslog-failed', code: error.code ?? error.name });
    });
    opening.on('close', () => {
      socket = null;
      isReady = false;
      dropped(underWay);
      underWay = 0;
      if (isClosed) {
        emptied?.();
        return;
      }
      timer = setTimeout(open, wait);
      timer.unref();
      wait = Math.min(2 * wait, RETRY_MAX_MS);
    });
  }

  function pump(): void {
    if (!isReady || !socket || underWay > 0) return;
    const burst = queue.splice(0, BURST);
    if (burst.length === 0) {
      emptied?.();
      return;
    }
    underWay = burst.length;
    socket.write(burst.map((line) => frameMessage(syslogMessage(line))).join(''), () => {
      underWay = 0;
      pump();
    });
  }

  open();
  return {
    send(lines) {
      const room = Math.max(0, queueMax - queue.length);
      queue.push(...lines.slice(0, room));
      pump();
      return Math.max(0, lines.length - room);
    },
    async close() {
      if (isReady && (queue.length > 0 || underWay > 0)) {
        const { promise, resolve } = Promise.withResolvers<void>();
        emptied = resolve;
        const giveUp = setTimeout(resolve, CLOSE_MS);
        pump();
        await promise;
        clearTimeout(giveUp);
      }
      isClosed = true;
      if (timer) clearTimeout(timer);
      socket?.end();
      socket?.destroySoon();
    },
  };
}
