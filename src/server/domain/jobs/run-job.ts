/** Carries a job out, step by step. A session lock shows that it lives; each step is decided anew with
 * the authority of that moment; how far it has come is kept after each step. */
import { setTimeout as pause } from 'node:timers/promises';
import type { House, Reauthorised } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { beginJob, checkJob, saveJob } from '../../vault/job-sql.ts';
import { type Held, holdLock } from '../../vault/session-lock.ts';
import { type End, endRun, type Run } from './end-run.ts';
import { openJob, sealJob } from './job-content.ts';
import type { JobKind, Step } from './job-kind.ts';
import { JobLost } from './job-lost.ts';
import { jobsUnderWay } from './under-way.ts';

/** Each holds one connection, and needs another while it works. */
const AT_ONCE_MAX = 3;

/** Starts the job in the background, after those that were started before; how it ends is in its row. */
export function startJob(house: House, state: LedgerState, kind: JobKind, id: string): void {
  const underWay = jobsUnderWay(house);
  if (underWay.has(id)) return;
  underWay.set(id, { state: 'queued', progress: { done: 0, total: 0 } });
  const turn = takeTurn(house);
  const running = turn.ready
    .then(() => run(house, state, kind, id))
    .catch((error: unknown) => {
      // Left to whoever starts next, or resumes it.
      const { code, name } = error as { code?: string; name?: string };
      house.log({ event: 'job-left', job: id, code: code ?? name ?? null });
    })
    .finally(() => {
      turn.done();
      underWay.delete(id);
      house.jobs.delete(running);
    });
  house.jobs.add(running);
}

async function run(house: House, state: LedgerState, kind: JobKind, id: string): Promise<void> {
  house.stopping.throwIfAborted();
  await holdLock(house.database, id, async (held) => {
    await house.ledgers.refresh(state);
    const [[row]] = (await held.batch([state.id], [beginJob(state.id, id)])) as [
      [{ run: number; ct: Buffer } | undefined],
    ];
    if (!row) return;
    const of: Run = { house, state, kind, id, number: row.run, body: openJob(state, id, row.ct) };
    const shown = jobsUnderWay(house).get(id)!;
    shown.state = 'running';
    shown.progress = of.body.progress;
    try {
      await carryOut(of, held);
    } catch (error) {
      if (error instanceof JobLost || house.stopping.aborted) throw error;
      const { code, name } = error as { code?: string; name?: string };
      house.log({ event: 'job-failed', job: id, code: code ?? name ?? null });
      await endRun(of, { state: 'failed', reasons: ['internal'] });
      await kind.ended?.({ house, state });
    }
  });
}

async function carryOut(of: Run, held: Held): Promise<unknown> {
  const { house, state, id, number } = of;
  for (;;) {
    house.stopping.throwIfAborted();
    // Over the connection that holds the lock: whoever has lost the one loses the other.
    const [[row]] = (await held.batch([state.id], [checkJob(state.id, id, number)])) as [
      [{ cancelling: boolean } | undefined],
    ];
    if (!row) throw new JobLost();
    if (row.cancelling) return endOtherwise(of, { state: 'cancelled', reasons: ['cancelled'] });
    const decision = await decide(of);
    if (!decision.allowed) {
      return endOtherwise(of, { state: 'refused', reasons: decision.reasons });
    }
    const step = await takeStep(of, decision);
    // What ended it is found out by the next round, which says so.
    if (step === 'ended') continue;
    if (step === 'finished') {
      if ((await endRun(of, { state: 'done', reasons: [] })) === 'ended') return null;
      // Whoever started it has just lost the authority: the next round says so.
      continue;
    }
    await keep(of, step);
    if (step.pauseMs) {
      await pause(step.pauseMs, undefined, { signal: house.stopping }).catch(() => {});
    }
  }
}

/** `ended` when whoever started the job lost the authority in the middle of the step. */
async function takeStep(
  of: Run,
  decision: Extract<Reauthorised, { allowed: true }>,
): Promise<Step | 'ended'> {
  const { house, state, id, kind, body } = of;
  const { until } = decision;
  const live = house.live.open({ state, until, again: () => decide(of), outer: house.stopping });
  try {
    return await kind.step({ ...body, house, state, id, decision, signal: live.signal });
  } catch (error) {
    if (live.ended) return 'ended';
    throw error;
  } finally {
    live.close();
  }
}

async function endOtherwise(of: Run, end: End): Promise<void> {
  await endRun(of, end);
  await of.kind.ended?.(of);
}

function decide({ house, state, kind, body }: Run) {
  const { principal, purpose, types } = body;
  return house.reauthorise({ principal, state, operation: kind.operation, purpose, types });
}

async function keep(of: Run, { cursor, done, total }: Exclude<Step, 'finished'>): Promise<void> {
  const { house, state, id, number } = of;
  of.body = { ...of.body, cursor, progress: { done, total } };
  jobsUnderWay(house).get(id)!.progress = of.body.progress;
  const save = saveJob(state.id, id, number, sealJob(state, id, of.body));
  try {
    await house.database.batch([state.id], [save]);
  } catch (error) {
    if ((error as { code?: string }).code === '22012') throw new JobLost();
    throw error;
  }
}

const turns = new WeakMap<House['jobs'], { free: number; readonly waiting: (() => void)[] }>();

function takeTurn(house: House): { readonly ready: Promise<void>; readonly done: () => void } {
  const line = turns.get(house.jobs) ?? { free: AT_ONCE_MAX, waiting: [] };
  turns.set(house.jobs, line);
  const ready = new Promise<void>((resolve) => line.waiting.push(resolve));
  const next = () => {
    while (line.free > 0 && line.waiting.length > 0) {
      line.free--;
      line.waiting.shift()!();
    }
  };
  next();
  return {
    ready,
    done() {
      line.free++;
      next();
    },
  };
}
