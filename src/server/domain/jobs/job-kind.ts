/** What a kind of job is: the operation that it carries out, step by step. */
import type { OperationId } from '../../../contract/operations.ts';
import type { House, Reauthorised } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';

/** What JSON can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface JobKind {
  readonly kind: string;
  /** Before each step whoever started the job must still be allowed this. */
  readonly operation: OperationId;
  /**
   * One step, in a transaction of its own, from where `job.cursor` says; null at the beginning. The
   * cursor is kept after it, so a step whose process dies is done again: it must be idempotent. Its
   * entries depend on `job.decision`; an append that comes back `stale` is answered with the same
   * cursor. Throwing ends the job as failed; it can be resumed from the last cursor.
   */
  step(job: Job): Promise<Step>;
  /** Told after the job has ended otherwise than done, to put away what its steps left. It may run more
   * than once, or not at all when the process dies: whoever needs the place looks again. */
  ended?(job: Pick<Job, 'house' | 'state'>): Promise<void>;
}

/** Bare uuids, and the offices (ids) from which it was started: there it acts. */
export interface JobPrincipal {
  readonly user: string;
  readonly token: string;
  readonly offices?: readonly string[] | undefined;
}

export interface Job {
  readonly house: House;
  readonly state: LedgerState;
  /** Bare uuid; entries name it in `via`. */
  readonly id: string;
  /** Who started it, or resumed it last. */
  readonly principal: JobPrincipal;
  readonly purpose: string | null;
  /** The record types that the job is about. */
  readonly types: readonly string[];
  /** What the job was started with. */
  readonly parameters: Json;
  readonly cursor: Json;
  readonly decision: Extract<Reauthorised, { allowed: true }>;
  /** Fires when whoever started the job may not do so any more, and when the server stops. A step that
   * takes long throws its reason then. */
  readonly signal: AbortSignal;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export type Step =
  | (Progress & {
      readonly cursor: Json;
      /** Waits so long before the next step, in ms: for something else to end. */
      readonly pauseMs?: number;
    })
  | 'finished';
