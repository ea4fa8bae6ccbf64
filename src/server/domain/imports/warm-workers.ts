/** Threads that wait for the next import: starting one and loading its modules takes longer than a small
 * file does. One that did not come to a good end is never kept. */
import { Worker } from 'node:worker_threads';

const WORKERS_MAX = 2;
const IDLE_MS = 30_000;

interface Idle {
  readonly worker: Worker;
  readonly timer: NodeJS.Timeout;
  readonly drop: () => void;
}

const idle: Idle[] = [];

/** A thread without a job, started now if none waits. */
export function takeWorker(): Worker {
  const waiting = idle.pop();
  if (!waiting) return new Worker(new URL('./import-thread.ts', import.meta.url));
  const { worker, timer, drop } = waiting;
  clearTimeout(timer);
  worker.off('error', drop).off('exit', drop);
  worker.ref();
  return worker;
}

/** Ends those that wait, with what they still hold. */
export function dropWorkers(): void {
  for (const { drop } of [...idle]) drop();
}

/** Keeps a thread that has nothing left to do, for a while. What it still holds of its last job goes
 * with it at the latest then. */
export function keepWorker(worker: Worker): void {
  if (idle.length >= WORKERS_MAX) {
    void worker.terminate();
    return;
  }
  const drop = () => {
    const at = idle.findIndex((one) => one.worker === worker);
    if (at >= 0) clearTimeout(idle.splice(at, 1)[0]!.timer);
    void worker.terminate();
  };
  worker.once('error', drop).once('exit', drop);
  worker.unref();
  idle.push({ worker, timer: setTimeout(drop, IDLE_MS).unref(), drop });
}
