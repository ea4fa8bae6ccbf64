/** Takes up what dead processes left; at the start of every server. Whoever gets a job's lock first
 * carries it on, from where it was, in the name of whoever started it. */
import type { House } from '../../house.ts';
import { readClientIds } from '../../ledger/registry.ts';
import { abandonedJobs, readJobRow } from '../../vault/job-sql.ts';
import { openJob } from './job-content.ts';
import { jobKind } from './kinds.ts';
import { startJob } from './run-job.ts';

const CLIENTS_AT_ONCE = 100;

export async function takeUpJobs(house: House): Promise<void> {
  const clients = await readClientIds(house.database);
  for (let at = 0; at < clients.length; at += CLIENTS_AT_ONCE) {
    const some = clients.slice(at, at + CLIENTS_AT_ONCE);
    const [rows] = await house.database.batch(some, [abandonedJobs(some)]);
    for (const row of rows!) await takeUp(house, row.client_id as string, row.job_id as string);
  }
}

/** One that cannot be taken up stays interrupted; the others and the server go on. */
async function takeUp(house: House, client: string, id: string): Promise<void> {
  try {
    const state = (await house.ledgers.find(client))!;
    const [[row]] = (await house.database.batch([client], [readJobRow(client, id)])) as [
      [{ ct: Buffer }],
    ];
    const kind = jobKind(openJob(state, id, row.ct).kind);
    if (kind) startJob(house, state, kind, id);
    else house.log({ event: 'job-of-unknown-kind', job: id });
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    house.log({ event: 'job-not-taken-up', job: id, code: code ?? name ?? null });
  }
}
