/** The one road into the ledgers: whatever arrives while a batch is under way is the next batch, one
 * transaction over as many ledgers as it touches. Nothing is answered before its entry is committed. */
import { Fault } from '../fault.ts';
import { type BatchOptions, isWrite, type Pending, runBatch } from './run-batch.ts';
import type { Outcome, Work } from './work.ts';

const BATCH_MAX = 256;

export interface LaneOptions extends BatchOptions {
  /** Batches hold one ledger only, as Citus wants it. */
  readonly oneLedgerPerBatch: boolean;
  readonly onBatch: (entries: number, ms: number) => void;
}

export interface Lane {
  submit(work: Work): Promise<Outcome>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

export function openLane(options: LaneOptions): Lane {
  const queue: Pending[] = [];
  let running: Promise<void> | null = null;

  function submit(work: Work): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      queue.push({ work, attempts: 0, resolve, reject });
      running ??= drain();
    });
  }

  async function drain(): Promise<void> {
    // What arrives in this turn of the event loop belongs to the first batch.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      const batch = take();
      try {
        const started = performance.now();
        const again = await runBatch(options, batch);
        options.onBatch(batch.length - again.length, performance.now() - started);
        queue.unshift(...again);
      } catch (error) {
        const fault =
          error instanceof Fault
            ? error
            : new Fault('ledger-unwritable', 'the ledger could not be written', error);
        for (const pending of batch) pending.reject(fault);
      }
    }
    // In the same breath as the last look at the queue: what is submitted later starts anew.
    running = null;
  }

  /** A batch with writes runs them all or none; so a work that failed once runs alone. */
  function take(): Pending[] {
    const first = queue[0]!;
    if (first.attempts > 0 && isWrite(first.work)) return queue.splice(0, 1);
    let size = 0;
    while (size < queue.length && size < BATCH_MAX) {
      const next = queue[size]!;
      if (size > 0 && next.attempts > 0 && isWrite(next.work)) break;
      if (options.oneLedgerPerBatch && next.work.ledger !== first.work.ledger) break;
      size++;
    }
    return queue.splice(0, size);
  }

  return {
    submit,
    async idle() {
      while (running !== null) await running;
    },
  };
}
