/** Jobs in states that come about only when a process dies or fails. */
import pg from 'pg';
import { must } from './api.ts';
import type { World } from './world.ts';

/** A job of the client that was carried out, and whose row says otherwise. */
export async function leaveJob(
  { url, database }: World,
  client: string,
  token: string,
  state: 'done' | 'running' | 'failed',
): Promise<string> {
  const params = { c: client };
  const { id } = await must(url, token, 'keys.rotate', { params, body: {} });
  for (;;) {
    const status = await must(url, token, 'jobs.read', { params: { ...params, id } });
    if (status.state === 'done') break;
    if (status.state === 'failed') throw new Error('the job failed');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (state === 'done') return id;
  const admin = new pg.Client(database.connection('admin'));
  await admin.connect();
  await admin.query('update job set state = $2 where job_id = $1', [id.slice(4), state]);
  await admin.end();
  return id;
}
