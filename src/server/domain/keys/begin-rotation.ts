/** The first step: a new client key, and new versions of the keys below it that seal. What lies under
 * the old client key in `wrapped_key` is wrapped anew at once; everything else follows. */
import {
  isDestroyed,
  replaceStored,
  rewrapUnderClient,
  storedKeysStatement,
  storeUnderClient,
  storeUnderRoot,
} from '../../vault/client-keys.ts';
import { newKey } from '../../vault/crypto/random-key.ts';
import type { VersionedKey } from '../../vault/crypto/versioned-key.ts';
import type { Row } from '../../vault/database.ts';
import type { Job } from '../jobs/job-kind.ts';
import { recordKeyChanges } from './key-facts.ts';

/** Those that seal what is stored or handed out for a while; see decisions/0022 for the others. */
const RENEWED = ['record', 'cursor'] as const;

/** A rotation that was begun and not ended is carried on instead: two client keys are there then. */
export async function beginRotation(job: Job): Promise<'begun' | 'stale'> {
  const { house, state } = job;
  const { clientKeys } = state;
  if (clientKeys.client.versions.size > 1) return 'begun';
  const { provider } = house.ledgers;
  await house.ledgers.refresh(provider);
  const providerIndex = provider.authority.index;
  const [rows] = await house.database.batch([state.id], [storedKeysStatement(state.id)]);
  const version = clientKeys.client.version + 1;
  const key = newKey();
  const next: VersionedKey = {
    version,
    versions: new Map(clientKeys.client.versions).set(version, key),
  };
  const changes = RENEWED.map((purpose) => ({
    key: purpose,
    event: 'rotated' as const,
    version: clientKeys[purpose].version + 1,
  }));
  const statements = [
    storeUnderRoot(house.root, state.id, 'client', version, key),
    ...rows!
      .filter(isUnderClient)
      .map((row) => replaceStored(state.id, row, rewrapUnderClient(next, state.id, row))),
    ...changes.map(({ key: purpose, version: of }) =>
      storeUnderClient(next, state.id, purpose, of, newKey()),
    ),
  ];
  const facts = [{ key: 'client', event: 'rotated' as const, version }, ...changes];
  const done = await recordKeyChanges(job, 'keys.rotate', facts, statements, providerIndex);
  return done === 'stale' ? 'stale' : 'begun';
}

function isUnderClient(row: Row): boolean {
  return row.parent === 'client' && !isDestroyed(row);
}
