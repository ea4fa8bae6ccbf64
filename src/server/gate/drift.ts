/** How far a clock has moved beside one that only runs forward, since it was last told. */

/** Beyond this it is a jump, s. */
const JUMP_SECONDS = 60;
/** What an honest clock may be slewed by, of the time that passes (NTP: 500 parts per million). Steps
 * that are small but many add up faster than that. */
const SLEW = 0.0005;

export interface Drift {
  /** Whole seconds of a jump, or null. After one it is measured anew. */
  look(): number | null;
}

/** Both clocks in ms. */
export function openDrift(now: () => number, monotonic: () => number): Drift {
  let wall = now();
  let running = monotonic();
  let drift = 0;
  return {
    look() {
      const [wallNow, runningNow] = [now(), monotonic()];
      const passed = runningNow - running;
      const slewed = Math.max(0, Math.abs(drift) - SLEW * passed);
      drift = Math.sign(drift) * slewed + (wallNow - wall - passed);
      wall = wallNow;
      running = runningNow;
      if (Math.abs(drift) <= JUMP_SECONDS * 1000) return null;
      const seconds = Math.round(Math.abs(drift) / 1000);
      drift = 0;
      return seconds;
    },
  };
}
