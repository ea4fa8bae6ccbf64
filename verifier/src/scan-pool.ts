// Scans blocks on worker threads where there is enough to do, else in this thread.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BLOCK_START, createSlot, type OpenSlot, openSlot } from './block-source.ts';
import type { BlockTask } from './block-worker.ts';
import { type BlockResult, createBlockScanner, scanBlock } from './scan-block.ts';

/** Starting threads, and warming them up, costs about as much as scanning this many bytes. */
const WORTH_A_THREAD_BYTES = 64 << 20;
const THREADS_MAX = 2;
/** Slots per thread: one being scanned, one waiting, one being filled. */
const SLOTS_PER_THREAD = 3;

/** Answers come in the order of the tasks. */
export interface ScanPool {
  slots: readonly OpenSlot[];
  scan(task: BlockTask): Promise<BlockResult>;
  close(): Promise<void>;
}

/** `threads` 0 means this one; unless given it depends on `bytes`, the size of what will be scanned, and on the machine. */
export function openScanPool(bytes: number, threads?: number): ScanPool {
  const worthwhile =
    bytes < WORTH_A_THREAD_BYTES ? 0 : Math.min(THREADS_MAX, availableParallelism());
  const wanted = threads ?? worthwhile;
  return wanted === 0 ? scanHere() : scanOnThreads(wanted);
}

function scanHere(): ScanPool {
  const slots = [openSlot(createSlot())];
  const scanner = createBlockScanner();
  return {
    slots,
    scan: async ({ slot, ...task }) =>
      scanBlock(scanner, { ...slots[slot]!, from: BLOCK_START, ...task }),
    close: async () => {},
  };
}

interface Thread {
  worker: Worker;
  waiting: PromiseWithResolvers<BlockResult>[];
}

function scanOnThreads(count: number): ScanPool {
  const shared = Array.from({ length: count * SLOTS_PER_THREAD }, createSlot);
  const threads = Array.from({ length: count }, () => startThread(shared));
  let next = 0;
  return {
    slots: shared.map(openSlot),
    scan: (task) => {
      const thread = threads[next++ % count]!;
      const answer = Promise.withResolvers<BlockResult>();
      // A thread that dies while no one awaits its answer must not end the process; the answer is awaited later.
      answer.promise.catch(() => {});
      thread.waiting.push(answer);
      thread.worker.postMessage(task);
      return answer.promise;
    },
    close: async () => {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(slots: readonly unknown[]): Thread {
  const worker = new Worker(new URL('./block-worker.ts', import.meta.url), { workerData: slots });
  const thread: Thread = { worker, waiting: [] };
  worker.on('message', (result: BlockResult) => thread.waiting.shift()?.resolve(result));
  worker.on('error', (error) => {
    for (const { reject } of thread.waiting.splice(0)) reject(error);
  });
  return thread;
}
