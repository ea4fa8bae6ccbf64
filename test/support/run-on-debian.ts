/** A program: runs the test files it is given on Debian's PostgreSQL and tells, one JSON line each, how
 * every test ended. `node --test` cannot start itself, so `debian-postgres.test.ts` starts this. */
import { join } from 'node:path';
import { run } from 'node:test';

/** How one test ended. */
export interface Ended {
  readonly file: string;
  readonly name: string;
  /** True, or the reason. */
  readonly skipped: boolean | string;
  /** The error's text; null when it passed. */
  readonly failure: string | null;
}

interface Event {
  readonly name: string;
  readonly file?: string;
  readonly skip?: boolean | string;
  readonly details: { readonly type?: string; readonly error?: Error };
}

function tell({ name, file, skip = false, details }: Event, failure: string | null): void {
  if (details.type === 'suite' && failure === null) return;
  const ended: Ended = { file: file ?? '', name, skipped: skip, failure };
  process.stdout.write(`${JSON.stringify(ended)}\n`);
}

if (import.meta.main) {
  // Whoever started this is gone: so are the tests, and their servers with them.
  const gone = new AbortController();
  process.stdin.resume().once('end', () => gone.abort());
  process.stdin.unref();
  const options = {
    files: process.argv.slice(2),
    concurrency: 2,
    signal: gone.signal,
    globalSetupPath: join(import.meta.dirname, 'global-setup.ts'),
  };
  const stream = run(options);
  stream.on('test:pass', (event: Event) => tell(event, null));
  stream.on('test:fail', (event: Event) => {
    const { error } = event.details;
    const cause = error?.cause instanceof Error ? error.cause : error;
    tell(event, cause?.stack ?? String(error?.cause ?? error));
    process.exitCode = 1;
  });
  stream.resume();
}
