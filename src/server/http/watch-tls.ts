/** Looks after the certificate of a listening server. */
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:tls';
import type { LogEvent } from '../house.ts';
import type { TlsHolder } from './tls-listener.ts';

const LOOK_MS = 60_000;

export interface TlsWatch {
  /** Takes the files anew at once. */
  reload(): void;
  /** Looks whether they have changed, as it does every minute by itself. */
  look(): void;
  close(): void;
}

/** Without TLS there is nothing to look after. */
export function watchTls(
  holder: TlsHolder | undefined,
  server: Server,
  log: (event: LogEvent) => void,
): TlsWatch {
  const refresh = (forced: boolean): void => {
    const outcome = holder?.refresh(server as unknown as TlsServer, forced) ?? 'unchanged';
    if (outcome === 'reloaded') {
      const days = Math.floor((holder!.expiresAt() - Date.now()) / 86_400_000);
      log({ event: 'tls-reloaded', days });
    }
    if (outcome === 'faulty') log({ event: 'tls-not-reloaded' });
  };
  const timer = setInterval(() => refresh(false), LOOK_MS).unref();
  return {
    reload: () => refresh(true),
    look: () => refresh(false),
    close: () => clearInterval(timer),
  };
}
