/** What the log says of a failure: codes and places in the source, never a message, which may carry
 * a value. */
import { Fault } from './fault.ts';
import type { LogEvent } from './house.ts';

const FRAMES_MAX = 6;

/** The event for an unexpected error of `operation` in the request of this id. */
export function failureEvent(error: unknown, request: string, operation: string): LogEvent {
  const cause = error instanceof Error ? error.cause : undefined;
  return {
    event: 'request-failed',
    request,
    operation,
    error: nameOf(error),
    place: framesOf(error),
    ...(cause !== undefined && { cause: nameOf(cause), causePlace: framesOf(cause) }),
  };
}

function nameOf(error: unknown): string {
  if (error instanceof Fault) return error.code;
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code)
    ? `${error.name} ${code}`
    : error.name;
}

function framesOf(error: unknown): string {
  if (!(error instanceof Error) || !error.stack) return '';
  const { stack, message } = error;
  // A message of several lines could hold one that looks like a frame.
  const start = stack.indexOf(message) + message.length;
  const frames = stack.slice(start).match(/^ {4}at .+$/gm) ?? [];
  return frames
    .slice(0, FRAMES_MAX)
    .map((frame) => frame.trim().slice(3))
    .join(' < ');
}
