/** A thread of an import: it parses, maps, opens, compares and seals. It has the client's keys and no
 * way to the database but through the job. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { openCalls } from './calls.ts';
import { checkBlock } from './check-block.ts';
import { openHeldCheck } from './check-held.ts';
import { digestChanges } from './digest-changes.ts';
import { listSubjects } from './list-subjects.ts';
import { detect, openBlocks, openSource, refusalOf } from './read-blocks.ts';
import type { JobMessage, JobServices, ThreadData, ThreadTasks } from './thread-messages.ts';
import { unpackWorkbook } from './unpack-workbook.ts';
import { blockWriter } from './write-block.ts';

/** Blocks under way: while one is being written the next is sealed. */
const DEPTH = 2;

parentPort!.on('message', ({ data, port }: JobMessage) => serveJob(data, port));

/** One job at a time; its keys are forgotten when the job closes its port. */
function serveJob(data: ThreadData, port: MessagePort): void {
  const readChunk = (part: number): Promise<Uint8Array | null> => job.call('chunk', part);
  const keepChunk = async (part: number, sealed: Buffer): Promise<void> => {
    await job.call('keepChunk', { part, sealed });
  };
  const job = openCalls<JobServices, ThreadTasks>(port, {
    detect: () => detect(openSource(data, readChunk, 0)),
    async unpack() {
      try {
        return { parts: await unpackWorkbook(data, readChunk, keepChunk) };
      } catch (error) {
        return { refused: refusalOf(error) };
      }
    },
    async check(form) {
      const file = await openBlocks(data, openSource(data, readChunk, form.first), form);
      if ('faults' in file) return file;
      try {
        const checkHeld = await openHeldCheck(data, file.compiled, job);
        for await (const block of file.blocks) {
          await job.call('checked', await checkBlock(data, file.compiled, block, checkHeld));
        }
        return { faults: [] };
      } catch (error) {
        return { faults: [refusalOf(error)] };
      }
    },
    async write({ form, findPeople, skip, written }) {
      const file = await openBlocks(data, openSource(data, readChunk, form.first), form);
      if ('faults' in file) throw new Error('a file that was without fault has one');
      const write = blockWriter(data, file.compiled, job, new Set(skip));
      const isWritten = new Set(written);
      const underWay = new Set<Promise<void>>();
      for await (const block of file.blocks) {
        if (isWritten.has(block.block)) continue;
        const writing = write(block, findPeople).finally(() => underWay.delete(writing));
        underWay.add(writing);
        if (underWay.size >= DEPTH) await Promise.race(underWay);
      }
      await Promise.all(underWay);
    },
    digestChanges,
    listSubjects,
  });
}
