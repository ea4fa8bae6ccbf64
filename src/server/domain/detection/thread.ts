/** Hands work to the thread of detection and waits for its answers. */
import { Worker } from 'node:worker_threads';
import { Fault } from '../../fault.ts';
import type { DetectionReply, DetectionThreadData, DetectionWork } from './detection-messages.ts';

export interface DetectionThread {
  /** Rejects once the thread has failed: then another one must be started, and it has counted nothing. */
  evaluate(work: Omit<DetectionWork, 'id'>): Promise<DetectionReply>;
  close(): Promise<void>;
}

export function openThread(data: DetectionThreadData): DetectionThread {
  const worker = new Worker(new URL('./detection-thread.ts', import.meta.url), {
    workerData: data,
  });
  worker.unref();
  const waiting = new Map<number, PromiseWithResolvers<DetectionReply>>();
  let failure: Error | null = null;
  let last = 0;
  const fail = (error: Error) => {
    failure ??= error;
    for (const each of waiting.values()) each.reject(failure);
    waiting.clear();
  };
  worker.on('message', (reply: DetectionReply) => {
    waiting.get(reply.id)?.resolve(reply);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Fault('detection', 'the thread of detection ended')));
  return {
    async evaluate(work) {
      if (failure) throw failure;
      const asked = Promise.withResolvers<DetectionReply>();
      const id = ++last;
      waiting.set(id, asked);
      worker.ref();
      worker.postMessage({ ...work, id } satisfies DetectionWork);
      return asked.promise;
    },
    async close() {
      await worker.terminate();
    },
  };
}
