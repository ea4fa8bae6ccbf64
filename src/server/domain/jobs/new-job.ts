/** Starts a job from an operation: `statement` goes into the call's own transaction, `start` into its
 * answer, so that nothing begins before the call stands in the ledger. */
import { newUuid } from '../../uuid.ts';
import type { Statement } from '../../vault/database.ts';
import { insertJob } from '../../vault/job-sql.ts';
import type { Call } from '../operation.ts';
import { jobContent } from './job-content.ts';
import type { JobKind, Json } from './job-kind.ts';
import { startJob } from './run-job.ts';

export interface NewJob {
  /** Bare uuid. */
  readonly id: string;
  readonly statement: Statement;
  start(): void;
}

export interface NewJobOptions {
  readonly kind: JobKind;
  readonly parameters: Json;
  readonly types?: readonly string[];
  /** No two jobs of a client with the same slot go on at once: the second call gets a 409. */
  readonly slot?: string;
}

export function newJob(call: Call, { kind, parameters, types = [], slot }: NewJobOptions): NewJob {
  const { house, state, principal, grant } = call;
  const id = newUuid(house.now());
  const content = jobContent(state, id, {
    kind: kind.kind,
    principal: { user: principal.user, token: principal.token, offices: principal.offices },
    purpose: grant?.purpose ?? null,
    types,
    parameters,
    cursor: null,
    progress: { done: 0, total: 0 },
    reasons: [],
    slot: slot ?? null,
  });
  return {
    id,
    statement: insertJob(state.id, id, content),
    start: () => startJob(house, state, kind, id),
  };
}
