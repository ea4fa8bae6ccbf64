/** A helper thread of the read model: batches in, plaintexts out. It reads nothing else and keeps
 * nothing but the client's keys, for one load. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Batch, buffersOf, openBatch } from './open-batch.ts';

parentPort?.on('message', (batch: Batch) => {
  const opened = openBatch(batch, workerData);
  parentPort?.postMessage({ batch, opened }, buffersOf(batch));
});
