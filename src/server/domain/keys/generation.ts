/** The generation of people's keys: while one is being handed out, writers make sure that the keyring
 * they sealed with is still the person's. Both facts move the authority, so everybody learns of it. */
import type { Job } from '../jobs/job-kind.ts';
import { recordKeyChanges } from './key-facts.ts';

/** A generation that was begun and not ended is carried on. */
export async function beginPeople(job: Job): Promise<'recorded' | 'stale'> {
  const { version, areChanging } = job.state.authority.subjectKeys;
  if (areChanging) return 'recorded';
  const change = { key: 'subjects', event: 'rotated', version: version + 1 } as const;
  return recordKeyChanges(job, 'keys.rotate', [change], []);
}

export async function endPeople(job: Job): Promise<'recorded' | 'stale'> {
  const { version, areChanging } = job.state.authority.subjectKeys;
  if (!areChanging) return 'recorded';
  const change = { key: 'subjects', event: 'destroyed', version: version - 1 } as const;
  return recordKeyChanges(job, 'keys.rotate', [change], []);
}
