/** The end of a job: its last state and the entry that tells it, in one transaction. */
import { toId } from '../../../contract/ids.ts';
import { Fault } from '../../fault.ts';
import type { House } from '../../house.ts';
import { draftEntry } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { endJob, type StoredJobState } from '../../vault/job-sql.ts';
import { type JobBody, sealJob } from './job-content.ts';
import type { JobKind } from './job-kind.ts';
import { JobLost } from './job-lost.ts';

/** One run of a job, in the process that carries it out. */
export interface Run {
  readonly house: House;
  readonly state: LedgerState;
  readonly kind: JobKind;
  readonly id: string;
  /** Counts how often the job was taken up. */
  readonly number: number;
  body: JobBody;
}

export interface End {
  readonly state: Exclude<StoredJobState, 'queued' | 'running'>;
  readonly reasons: readonly string[];
}

const ATTEMPTS_MAX = 50;
const OUTCOMES = {
  done: 'allowed',
  refused: 'refused',
  failed: 'failed',
  cancelled: 'failed',
} as const;

/**
 * Ends the run. `done` is decided once more with the authority of the moment: `refused` when that
 * does not allow it any more; then nothing was written. The other ends depend on nobody.
 * Throws JobLost when the job was ended meanwhile.
 */
export async function endRun(of: Run, end: End): Promise<'ended' | 'refused'> {
  const { house, state, kind, id, body, number } = of;
  const { principal, purpose, types } = body;
  const user =
    state.authority.users.get(toId('user', principal.user)) ??
    house.ledgers.provider.authority.users.get(toId('user', principal.user));
  const ct = sealJob(state, id, { ...body, reasons: end.reasons });
  const work = {
    ledger: state.id,
    statements: [endJob(state.id, id, number, end.state, ct)],
  };
  const entry = {
    principal,
    side: user?.side ?? ('provider' as const),
    role: user?.roles[0] ?? null,
    operation: kind.operation,
    outcome: OUTCOMES[end.state],
    purpose,
    reasons: end.reasons,
    via: toId('job', id),
  };
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const decision =
      end.state === 'done'
        ? await house.reauthorise({ principal, state, operation: kind.operation, purpose, types })
        : null;
    if (decision && !decision.allowed) return 'refused';
    const held = decision ?? { authIndex: state.head.authIndex, until: Number.POSITIVE_INFINITY };
    const told = decision && {
      role: decision.role,
      instruction: decision.instruction,
      place: decision.place,
    };
    const outcome = await house.ledgers.submit({
      ...work,
      draft: draftEntry({ ...entry, ...told }),
      decided: { authIndex: held.authIndex, until: held.until },
    });
    if (outcome.kind === 'committed') return 'ended';
    if (outcome.kind === 'over-budget') return 'refused';
    if (outcome.kind !== 'stale') throw new JobLost();
    await house.ledgers.refresh(state);
  }
  throw new Fault('ledger-busy', 'authority kept changing');
}
