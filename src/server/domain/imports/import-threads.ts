/** The threads of one import. */
import { Worker } from 'node:worker_threads';
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { type Caller, openCalls } from './calls.ts';
import type { ImportJob } from './job.ts';
import type { JobServices, ThreadData, ThreadTasks } from './thread-messages.ts';

/** More bring nothing: the database is as busy as two of them. */
const THREADS_MAX = 2;

type Handlers = Parameters<typeof openCalls<ThreadTasks, JobServices>>[1];

export interface ImportThreads {
  readonly all: readonly Caller<ThreadTasks>[];
  close(): Promise<void>;
}

/** `services` are what a thread, by its number, asks of the job. */
export function openThreads(
  house: House,
  job: ImportJob,
  services: (thread: number) => Handlers,
): ImportThreads {
  const threads = Math.min(THREADS_MAX, job.chunks);
  const workers: Worker[] = [];
  const all = Array.from({ length: threads }, (_, thread) => {
    const worker = new Worker(new URL('./import-thread.ts', import.meta.url), {
      workerData: dataOf(house, job, thread, threads),
    });
    const calls = openCalls<ThreadTasks, JobServices>(worker, services(thread));
    worker.on('error', (error) => calls.fail(error));
    worker.on('exit', () => calls.fail(new Error('a thread of the import ended')));
    workers.push(worker);
    return calls;
  });
  return {
    all,
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function dataOf(house: House, job: ImportJob, thread: number, threads: number): ThreadData {
  const { client, tag, unique } = job.state.clientKeys;
  return {
    client: job.state.id,
    id: job.id,
    startedAt: job.startedAt,
    by: toId('user', job.principal.user),
    adopted: job.catalogue,
    whole: house.catalogue,
    mapping: job.mapping,
    keys: { file: job.key, client, tag, unique },
    chunks: job.chunks,
    thread,
    threads,
  };
}
