// How often an element is collected, as machines read it: a period after which it is collected again,
// or an event that no calendar knows.
import { durationDays, isDuration } from './duration.ts';

/** Collected with what happens, or not at all: never due by the calendar. */
const EVENTS = {
  once: 'once',
  'at-hire': 'at hire',
  'with-change': 'whenever it changes',
  'with-event': 'with each event it is about',
  never: 'never',
} as const;

/** Shorter periods would ask people for the same thing every day. */
const DAYS_MIN = 7;

/** Whether `text` says how often something is collected. */
export function isCadence(text: string): boolean {
  return Object.hasOwn(EVENTS, text) || (isDuration(text) && durationDays(text) >= DAYS_MIN);
}

/** The period after which an element is collected again; null where an event decides. */
export function cadencePeriod(cadence: string | undefined): string | null {
  return cadence !== undefined && isDuration(cadence) ? cadence : null;
}
