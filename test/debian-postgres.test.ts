/** The guarantees once more on Debian's own PostgreSQL, 15 or later, over TLS with passwords: not a
 * statement, a lock or a privilege may depend on the embedded one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { ON_DEBIAN } from './support/cluster.ts';
import { debianPrograms } from './support/debian-postgres.ts';
import type { Ended } from './support/run-on-debian.ts';

const DIRECTORY = join(import.meta.dirname, 'guarantees');
/** What is about something else than the database; everything else runs here, too. */
const ELSEWHERE = new Set([
  'bad-input',
  'cedar',
  'database-tls',
  'documents-tampered',
  'duckdb',
  'gate-and-verifier',
  'import-real-files',
  'logs',
  'metrics',
  'people-scope',
  'refusals',
  'roles',
  'tls',
  'workbook',
  'workbook-hostile',
]);

/** What leans on the database most: in every run. The others take minutes, so the long runs have them. */
const ALWAYS = new Set([
  'crash',
  'one-transaction',
  'rollback',
  'schema',
  'tamper-records',
  'two-processes',
]);
const isWanted = (name: string): boolean =>
  process.env.WORKSMARTLY_LONG ? !ELSEWHERE.has(name) : ALWAYS.has(name);

const files = readdirSync(DIRECTORY)
  .filter((name) => name.endsWith('.test.ts') && isWanted(name.slice(0, -8)))
  .map((name) => join(DIRECTORY, name));
const skip =
  (ON_DEBIAN && 'this is that run') ||
  (!debianPrograms() && 'the Debian package postgresql is not installed');

test('on Debian’s PostgreSQL', { skip }, async (t) => {
  const program = join(import.meta.dirname, 'support', 'run-on-debian.ts');
  const { NODE_TEST_CONTEXT: _, WORKSMARTLY_TEST_CLUSTER: __, ...env } = process.env;
  const child = spawn(process.execPath, [program, ...files], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...env, WORKSMARTLY_TEST_POSTGRES: 'debian' },
  });
  const exited = once(child, 'exit');
  let failures = 0;
  const seen = new Set<string>();
  for await (const line of createInterface(child.stdout)) {
    const { file, name, skipped, failure } = JSON.parse(line) as Ended;
    const short = file.slice(DIRECTORY.length + 1).replace('.test.ts', '');
    seen.add(short);
    if (failure !== null) failures++;
    await t.test(`${short}: ${name}`, { skip: skipped }, () => {
      if (failure !== null) throw new Error(failure);
    });
  }
  const [code] = await exited;
  const isWhole = seen.size >= files.length && (code === 0) === (failures === 0);
  if (!isWhole)
    throw new Error(`it ended with ${code} after ${seen.size} of ${files.length} files`);
});
