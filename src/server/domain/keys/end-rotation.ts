/** The last step: the old versions are destroyed, once nothing lies under them any more. */
import { destroyStored } from '../../vault/client-keys.ts';
import { noneUnderOther } from '../../vault/none-under-other.ts';
import type { Job } from '../jobs/job-kind.ts';
import { recordKeyChanges } from './key-facts.ts';

const DIVISION_BY_ZERO = '22012';

/** `left` when something still lies under an old version: somebody was about to write it before. */
export async function endRotation(job: Job): Promise<'ended' | 'stale' | 'left'> {
  const { state } = job;
  const { client, record, cursor } = state.clientKeys;
  const old = [
    ...olderThan('client', client.versions, client.version),
    ...olderThan('record', record.versions, record.version),
    // Cursors that were handed out live for an hour: the version before opens them until it is the
    // turn of the next one.
    ...olderThan('cursor', cursor.versions, cursor.version - 1),
  ];
  const statements = [
    ...old.map(({ key, version }) => destroyStored(state.id, key, version)),
    // After the update, which waits for those who hold the version: see `saveJob`.
    ...noneUnderOther(state.id, client.version, record.version),
  ];
  const facts = old.map(({ key, version }) => ({ key, event: 'destroyed' as const, version }));
  try {
    const done = await recordKeyChanges(job, 'keys.rotate', facts, statements);
    return done === 'stale' ? 'stale' : 'ended';
  } catch (error) {
    if ((error as { code?: string }).code === DIVISION_BY_ZERO) return 'left';
    throw error;
  }
}

function olderThan<K extends 'client' | 'record' | 'cursor'>(
  key: K,
  versions: ReadonlyMap<number, unknown>,
  current: number,
) {
  return [...versions.keys()].filter((v) => v < current).map((version) => ({ key, version }));
}
