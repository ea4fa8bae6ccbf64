/** Looks again and again for schedules that are due. Only whether something is due depends on the
 * house's clock. */
import type { House } from '../../house.ts';
import { runSchedules } from './run-schedules.ts';

export interface Scheduler {
  /** Looks once, after a look that is under way. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export function openScheduler(house: House, everySeconds: number): Scheduler {
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  const look = () => {
    const mine = running.then(async () => {
      if (isClosed || house.stopping.aborted) return;
      await runSchedules(house);
    });
    running = mine.catch((error: unknown) => {
      const { code, name } = error as { code?: string; name?: string };
      house.log({ event: 'schedules-failed', code: code ?? name ?? null });
    });
    return running;
  };
  const timer = setInterval(() => void look(), 1000 * everySeconds);
  timer.unref();
  return {
    look,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await running;
    },
  };
}
