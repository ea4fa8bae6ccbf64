// What is wrong with a catalogue, where, and the error that carries all of it at once.

/** One fault; `file` is relative to the catalogue's folder, `line` counts from 1. */
export interface CatalogueFault {
  file: string;
  line: number;
  reason: string;
}

/** Thrown with every fault found, so that one run of the check shows everything to mend. */
export class CatalogueError extends Error {
  readonly faults: readonly CatalogueFault[];

  constructor(faults: readonly CatalogueFault[]) {
    super(`the catalogue has ${faults.length} fault(s)\n${faults.map(formatFault).join('\n')}`);
    this.name = 'CatalogueError';
    this.faults = faults;
  }
}

/** `file:line: reason`, as editors and compilers understand it. */
export function formatFault({ file, line, reason }: CatalogueFault): string {
  return `${file}:${line}: ${reason}`;
}
