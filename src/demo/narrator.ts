/** Tells the story line by line: what was done, how long it took, and what it shows. */

export interface Narrator {
  chapter(title: string): void;
  /** Runs a step and tells what it gave. */
  step<T>(title: string, run: () => Promise<T>, tell?: (result: T) => string): Promise<T>;
  line(text: string): void;
}

/** Gives its lines to `say`; plain text, so that it reads the same in a terminal and in a log. */
export function openNarrator(say: (line: string) => void): Narrator {
  return {
    chapter: (title) => say(`\n${title}`),
    async step(title, run, tell) {
      const started = performance.now();
      const result = await run();
      const ms = Math.round(performance.now() - started);
      const told = tell ? `: ${tell(result)}` : '';
      say(`  ✓ ${title}${told}${ms >= 500 ? ` (${(ms / 1000).toFixed(1)} s)` : ''}`);
      return result;
    },
    line: (text) => say(`    ${text}`),
  };
}
