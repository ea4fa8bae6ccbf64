/** The threads of one import. */
import { MessageChannel } from 'node:worker_threads';
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { type Caller, openCalls } from './calls.ts';
import type { ImportJob } from './job.ts';
import type { JobMessage, JobServices, ThreadData, ThreadTasks } from './thread-messages.ts';
import { keepWorker, takeWorker } from './warm-workers.ts';

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
  const held = Array.from({ length: threads }, (_, thread) => {
    const worker = takeWorker();
    const { port1, port2 } = new MessageChannel();
    const calls = openCalls<ThreadTasks, JobServices>(port1, services(thread));
    const onError = (error: unknown) => calls.fail(error);
    const onExit = () => calls.fail(new Error('a thread of the import ended'));
    worker.on('error', onError).on('exit', onExit);
    const message: JobMessage = { data: dataOf(house, job, thread, threads), port: port2 };
    worker.postMessage(message, [port2]);
    const close = async () => {
      port1.close();
      worker.off('error', onError).off('exit', onExit);
      if (calls.isQuiet() && !house.stopping.aborted) keepWorker(worker);
      else await worker.terminate();
    };
    return { calls, close };
  });
  return {
    all: held.map(({ calls }) => calls),
    async close() {
      await Promise.all(held.map(({ close }) => close()));
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
    onError: job.onError,
    keys: { file: job.key, client, tag, unique },
    chunks: job.chunks,
    thread,
    threads,
  };
}
