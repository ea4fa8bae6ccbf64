/** One connection that hears when the authority of a ledger moved in another process. It only wakes:
 * what a message says is looked up before anything follows from it, and one that is lost is made up for
 * by whoever looks once a second. */
import pg from 'pg';
import type { ConnectionConfig, Statement } from './database.ts';

const CHANNEL = 'worksmartly_authority';
const AGAIN_MS = 1000;

export interface WakeUps {
  close(): Promise<void>;
}

/** The statement, for the transaction that appends facts, that wakes the others once it commits. */
export function wakeStatement(moved: readonly { ledger: string; index: number }[]): Statement {
  return {
    name: 'wake/authority',
    text: `select pg_notify('${CHANNEL}', of) from unnest($1::text[]) as of`,
    values: [moved.map(({ ledger, index }) => `${ledger} ${index}`)],
  };
}

/** Calls `moved` with a ledger and the index of its last fact; `lost` after each time that messages may
 * have been missed. */
export function openWakeUps(
  config: ConnectionConfig,
  { moved, lost }: { moved: (ledger: string, index: number) => void; lost: () => void },
): WakeUps {
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function connect(): Promise<void> {
    const own = new pg.Client({ ...config, keepAlive: true });
    client = own;
    own.on('notification', ({ payload = '' }) => {
      const [ledger, index] = payload.split(' ');
      if (ledger && index) moved(ledger, Number(index));
    });
    own.on('error', () => own.end().catch(() => {}));
    own.once('end', () => {
      if (isClosed) return;
      retry = setTimeout(() => void connect(), AGAIN_MS);
      retry.unref();
    });
    try {
      await own.connect();
      (
        own as unknown as { connection: { stream: { unref?(): void } } }
      ).connection.stream.unref?.();
      await own.query(`listen ${CHANNEL}`);
      if (!isClosed) lost();
    } catch {
      await own.end().catch(() => {});
    }
  }

  void connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
