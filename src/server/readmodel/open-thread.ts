/** A helper thread of the read model: batches in, plaintexts out. It reads nothing else and keeps
 * nothing but the client's keys, for one load. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Batch, openBatch } from './open-batch.ts';

const { access, compartments } = workerData;

parentPort?.on('message', (batch: Batch) => {
  const opened = openBatch(batch, access, compartments);
  parentPort?.postMessage(opened, [opened.texts.buffer as ArrayBuffer]);
});
