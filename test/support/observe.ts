/** What a call left in the ledgers: every entry that was appended while it ran, in whichever ledger. */
import pg from 'pg';
import type { Entry } from '#verifier/entry.ts';
import { readEntries } from '../../src/server/ledger/read-entries.ts';
import type { World } from './world.ts';

export interface Appended {
  /** `provider`, or the id of the client. */
  readonly ledger: string;
  readonly entry: Entry;
}

export interface Observer {
  observe<T>(act: () => Promise<T>): Promise<{ answer: T; appended: Appended[] }>;
  /** Number of entries by ledger, read past every wall. */
  sizes(): Promise<Map<string, number>>;
  close(): Promise<void>;
}

export async function openObserver({ database, server }: World): Promise<Observer> {
  const admin = new pg.Client(database.connection('admin'));
  await admin.connect();
  const { ledgers } = server.house;

  async function sizes(): Promise<Map<string, number>> {
    const { rows } = await admin.query('select client_id, size from head');
    return new Map(rows.map((row) => [row.client_id as string, Number(row.size)]));
  }

  async function appendedSince(before: Map<string, number>): Promise<Appended[]> {
    const appended: Appended[] = [];
    for (const [id, size] of await sizes()) {
      const from = before.get(id) ?? 0;
      if (from === size) continue;
      const state = (await ledgers.find(id))!;
      await ledgers.refresh(state);
      const ledger = state.isProvider ? 'provider' : `cli_${id}`;
      const entries = await readEntries(server.house, state, from, size);
      appended.push(...entries.map((entry) => ({ ledger, entry })));
    }
    return appended;
  }

  return {
    async observe(act) {
      const before = await sizes();
      const answer = await act();
      return { answer, appended: await appendedSince(before) };
    },
    sizes,
    close: () => admin.end(),
  };
}

/** The entries of calls; all others are mirrored facts and the ends of jobs. */
export function ofCalls(appended: readonly Appended[]): Appended[] {
  return appended.filter(({ entry }) => !entry.actor.startsWith('sys:') && entry.via === null);
}
