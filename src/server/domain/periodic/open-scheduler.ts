/** Does again and again what nobody asks for. Only whether something is due depends on the house's
 * clock. */
import type { House } from '../../house.ts';
import { PERIODIC } from './tasks.ts';

export interface Scheduler {
  /** Looks once, after a look that is under way. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export function openScheduler(house: House, everySeconds: number): Scheduler {
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  const look = () => {
    running = running.then(async () => {
      for (const [name, run] of Object.entries(PERIODIC)) {
        if (isClosed || house.stopping.aborted) return;
        await run(house).catch((error: unknown) => {
          const { code, name: type } = error as { code?: string; name?: string };
          house.log({ event: `${name}-failed`, code: code ?? type ?? null });
        });
      }
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
