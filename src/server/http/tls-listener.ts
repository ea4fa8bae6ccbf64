/** The server's certificate while it runs: taken anew when its files have changed. A pair that cannot
 * be used changes nothing, and connections that are open go on. */
import type { Server } from 'node:tls';
import { type TlsContext, tlsOptions } from './tls-options.ts';

/** Reads and checks both files; throws when they cannot be used together. */
export interface TlsSource {
  readonly min: TlsContext['min'];
  read(): { readonly cert: string; readonly key: string; readonly expiresAt: number };
  /** Changes whenever a file was replaced. */
  identity(): string;
}

export interface TlsHolder {
  readonly context: TlsContext;
  /** Milliseconds since 1970. */
  expiresAt(): number;
  /** Takes the files anew if they have changed since they were last looked at, or when `forced`. */
  refresh(server: Server, forced?: boolean): 'unchanged' | 'reloaded' | 'faulty';
}

/** Throws what `source.read` throws: without a certificate nothing starts. */
export function holdTls(source: TlsSource): TlsHolder {
  let seen = source.identity();
  let pair = source.read();
  const { min } = source;
  return {
    context: { cert: pair.cert, key: pair.key, min },
    expiresAt: () => pair.expiresAt,
    refresh(server, forced = false) {
      const identity = source.identity();
      if (identity === seen && !forced) return 'unchanged';
      // Told once: the next look finds what is wrong unchanged, until somebody puts it right.
      seen = identity;
      try {
        const fresh = source.read();
        server.setSecureContext(tlsOptions({ ...fresh, min }));
        pair = fresh;
        return 'reloaded';
      } catch {
        return 'faulty';
      }
    },
  };
}
