/** The job that changes a client's keys: people's keyrings are wrapped anew, some at a time. */
import { CLIENT_KEY_VERSION } from '../../vault/client-keys.ts';
import { unwrapKeyring, wrapKeyring } from '../../vault/crypto/keyring.ts';
import { countKeyrings, readKeyrings, replaceKeyrings } from '../../vault/keyring-sql.ts';
import type { JobKind } from '../jobs/job-kind.ts';

const PEOPLE_PER_STEP = 500;

interface Cursor {
  readonly after: string | null;
  readonly done: number;
}

export const keyRotation: JobKind = {
  kind: 'key-rotation',
  operation: 'keys.rotate',
  async step({ house, state, cursor }) {
    const { after, done } = (cursor as Cursor | null) ?? { after: null, done: 0 };
    const [rows, [count]] = (await house.database.batch(
      [state.id],
      [readKeyrings(state.id, after, PEOPLE_PER_STEP), countKeyrings(state.id)],
    )) as [{ subject_id: string; keyring: Buffer }[], [{ total: number }]];
    if (rows.length === 0) return 'finished';
    const { client } = state.clientKeys;
    const changes = rows.map(({ subject_id: subject, keyring: before }) => {
      const owner = { client: state.id, subject };
      const keyring = unwrapKeyring(client, CLIENT_KEY_VERSION, owner, before);
      const wrapped = wrapKeyring(client, CLIENT_KEY_VERSION, owner, keyring);
      return { subject, before, after: wrapped };
    });
    await house.database.batch([state.id], [replaceKeyrings(state.id, changes)]);
    const next = { after: rows.at(-1)!.subject_id, done: done + rows.length };
    return { cursor: next, done: next.done, total: count.total };
  },
};
