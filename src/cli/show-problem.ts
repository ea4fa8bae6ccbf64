/** A problem for people: what happened, which promise it keeps, and what exactly was wrong. */
import { PROMISES } from '../contract/promises.ts';
import type { Problem } from './client.ts';
import { printable } from './text-table.ts';

export function problemLines(problem: Problem): string[] {
  const { status, title, detail, promise, reasons, faults, request } = problem;
  const lines = [`${status} ${title}${detail ? `: ${detail}` : ''}`];
  if (promise) lines.push(`  promise   ${promise}: ${promiseText(promise)}`);
  if (reasons?.length) lines.push(`  reasons   ${reasons.join(', ')}`);
  for (const fault of faults ?? []) lines.push(`  ${fault.at}: ${fault.reason}`);
  if (request && status >= 500) lines.push(`  request   ${request}`);
  return lines.map(printable);
}

function promiseText(id: string): string {
  return Object.hasOwn(PROMISES, id) ? PROMISES[id as keyof typeof PROMISES].promise : '';
}
