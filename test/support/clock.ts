/** A clock that stands until it is moved. It lies in the past: a server whose clock is ahead of the
 * database's does not append. */

export interface Clock {
  readonly now: () => number;
  /** Moves on by so many milliseconds. */
  pass(ms: number): void;
}

export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;
export const DAY = 24 * HOUR;
/** Monday, 3 June 2024, 9:00 UTC. */
const START = Date.UTC(2024, 5, 3, 9);

export function movableClock(start = START): Clock {
  let now = start;
  return {
    now: () => now,
    pass(ms) {
      now += ms;
    },
  };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
