/** A new ledger: its keys and an empty head. */
import { makeClientKeys } from '../vault/client-keys.ts';
import type { Statement } from '../vault/database.ts';
import type { RootKeyProvider } from '../vault/keys/root-key-provider.ts';
import { NO_AUTHORITY } from './authority.ts';
import { yearOf } from './entries.ts';
import { EMPTY_HEAD } from './head.ts';
import { makeLedgerKeys, originOf } from './ledger-keys.ts';
import type { LedgerState } from './ledger-state.ts';

/** The state of the new ledger, and the statements that store it. */
export function makeLedger(
  root: RootKeyProvider,
  id: string,
  isProvider: boolean,
  at: number,
): { state: LedgerState; store: Statement[] } {
  const client = makeClientKeys(root, id);
  const ledger = makeLedgerKeys(root, id, originOf(id, isProvider), yearOf(at));
  const state: LedgerState = {
    id,
    isProvider,
    keys: ledger.keys,
    clientKeys: client.keys,
    keysDigest: '',
    head: EMPTY_HEAD,
    authority: NO_AUTHORITY,
    closed: null,
  };
  const store: Statement[] = [
    {
      name: 'registry/insert',
      text: 'insert into registry (id, is_provider) values ($1, $2)',
      values: [id, isProvider],
    },
    {
      name: 'head/insert',
      text: `insert into head (client_id, size, frontier, last_at, auth_index, data_version,
          purge_version, pending)
        values ($1, 0, '', to_timestamp(0), -1, 0, 0, null)`,
      values: [id],
    },
    ...client.store,
    ...ledger.store,
  ];
  return { state, store };
}
