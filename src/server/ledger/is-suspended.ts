/** Whether the client has suspended access, and has not let anybody in again. */
import type { Authority, Suspension } from './authority.ts';

/** At this level, or at any. */
export function isSuspended(
  { suspensions }: Pick<Authority, 'suspensions'>,
  level?: Suspension['fact']['level'],
): boolean {
  for (const { fact, isLifted } of suspensions.values()) {
    if (!isLifted && (level === undefined || fact.level === level)) return true;
  }
  return false;
}
