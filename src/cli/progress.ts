/** A bar that shows how far something is, on a terminal only. */
import type { Terminal } from './terminal.ts';

const WIDTH = 30;
const EVERY_MS = 80;

export interface Progress {
  /** `total` null = nobody knows yet. */
  update(done: number, total: number | null): void;
  /** Takes the bar away. */
  close(): void;
}

export function openProgress(terminal: Terminal, label: string, unit: string): Progress {
  let shownAt = 0;
  return {
    update(done, total) {
      const now = performance.now();
      if (now - shownAt < EVERY_MS && done !== total) return;
      shownAt = now;
      terminal.status(`${label} ${barOf(done, total)} ${done.toLocaleString('en-US')} ${unit}`);
    },
    close() {
      terminal.status('');
    },
  };
}

function barOf(done: number, total: number | null): string {
  if (!total) return `[${'.'.repeat(WIDTH)}]`;
  const share = Math.min(1, done / total);
  const full = Math.round(share * WIDTH);
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${percent} %`;
}
