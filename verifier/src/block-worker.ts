// A thread that scans blocks for scan-pool.ts; the slots are shared memory, only results are sent.
import { parentPort, workerData } from 'node:worker_threads';
import { BLOCK_START, openSlot, type Slot } from './block-source.ts';
import { type BlockResult, createBlockScanner, scanBlock } from './scan-block.ts';

/** A block that stands in slot `slot`. */
export interface BlockTask {
  slot: number;
  lines: number;
  firstIndex: number;
  cut: number | null;
}

export type BlockAnswer = BlockResult;

if (parentPort === null) throw new Error('block-worker.ts runs as a worker thread only');
const port = parentPort;
const slots = (workerData as Slot[]).map(openSlot);
const scanner = createBlockScanner();

port.on('message', ({ slot, ...task }: BlockTask) => {
  const answer: BlockAnswer = scanBlock(scanner, { ...slots[slot]!, from: BLOCK_START, ...task });
  port.postMessage(answer);
});
