/** Opens batches on as many threads as help: opening is the longest part of a cold start, and every
 * row stands alone. Small loads stay in the calling thread. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Batch, buffersOf, type Opened, type OpenParts, openBatch } from './open-batch.ts';

/** Below this many rows a helper thread costs more than it brings. */
const ROWS_FOR_HELPERS = 20_000;
const HELPERS_MAX = 3;
/** Batches under way per helper, so that none waits for the next one. */
const DEPTH = 2;

type Take = (batch: Batch, opened: Opened) => void;

interface Helper {
  readonly worker: Worker;
  /** How many batches it has. */
  waiting: number;
}

export class Opener {
  readonly #parts: OpenParts;
  readonly #take: Take;
  readonly #helpers: Helper[] = [];
  #failure: unknown = null;
  #whenIdle: (() => void) | null = null;

  constructor(parts: OpenParts, rowsExpected: number, take: Take) {
    this.#parts = parts;
    this.#take = take;
    if (rowsExpected < ROWS_FOR_HELPERS) return;
    const count = Math.min(HELPERS_MAX, availableParallelism() - 1);
    for (let i = 0; i < count; i++) this.#start();
  }

  /** Opens the batch here or in a helper and then gives it to `take`, in any order; until then it is not
   * the caller's. */
  open(batch: Batch): void {
    if (this.#failure !== null) throw this.#failure;
    const free = this.#helpers.find((helper) => helper.waiting < DEPTH);
    if (free === undefined) {
      this.#take(batch, openBatch(batch, this.#parts));
      return;
    }
    free.waiting++;
    free.worker.postMessage(batch, buffersOf(batch));
  }

  /** Resolves when every batch was taken; rejects with the first failure. */
  async finish(): Promise<void> {
    while (this.#failure === null && this.#helpers.some((helper) => helper.waiting > 0)) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      });
    }
    if (this.#failure !== null) throw this.#failure;
  }

  async close(): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.worker.terminate()));
  }

  #start(): void {
    const worker = new Worker(new URL('./open-thread.ts', import.meta.url), {
      workerData: this.#parts,
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    const helper: Helper = { worker, waiting: 0 };
    worker.on('message', ({ batch, opened }: { batch: Batch; opened: Opened }) => {
      helper.waiting--;
      try {
        if (this.#failure === null) this.#take(batch, opened);
      } catch (error) {
        this.#failure ??= error;
      }
      this.#whenIdle?.();
    });
    worker.on('error', (error) => {
      this.#failure ??= error;
      this.#whenIdle?.();
    });
    this.#helpers.push(helper);
  }
}
