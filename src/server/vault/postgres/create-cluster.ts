/**
 * Makes the data directory with its roles and the database. All of it happens under another name
 * and appears by one rename, so neither a kill nor a second process leaves half a cluster.
 */

import { spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Binaries, DATA_DIRECTORY, serverEnvironment } from './binaries.ts';
import type { Account } from './database-account.ts';
import type { Layout } from './layout.ts';
import { processState } from './postmaster.ts';
import { createRoles } from './roles.ts';

const MAJOR = '18';

/** Returns at once where `pg` exists; throws when that is of another PostgreSQL version. */
export async function createCluster(cluster: {
  layout: Layout;
  account: Account;
  binaries: Binaries;
  /** Command-line arguments, from `settingArguments`. */
  settings: string[];
}): Promise<void> {
  const { layout, account, binaries, settings } = cluster;
  removeAbandoned(layout.dir);
  if (existsSync(layout.pg)) return checkVersion(layout.pg);

  const fresh = join(layout.dir, `pg.new-${process.pid}`);
  mkdirSync(fresh, { mode: 0o700 });
  chownSync(fresh, account.uid, account.gid);
  const run = (program: string, args: string[], input = '') =>
    runAs(account, fresh, [join(binaries.bin, program), ...args], input);
  run('initdb', [...initdb, ...(settings.includes('fsync=off') ? ['--no-sync'] : [])]);
  run('postgres', [...singleUser, ...settings, 'postgres'], `${createRoles.join('\n')}\n`);
  try {
    renameSync(fresh, layout.pg);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(layout.pg)) throw error;
  }
}

const initdb = [
  ...['-D', DATA_DIRECTORY, '--username=ws_admin', '--encoding=UTF8'],
  ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
  ...['--data-checksums', '--auth-local=peer', '--auth-host=reject', '--no-instructions'],
];

const singleUser = ['--single', '-D', DATA_DIRECTORY, '-c', 'exit_on_error=on'];

function runAs(account: Account, directory: string, command: string[], input: string): void {
  const [setpriv = '', ...args] = [...account.prefix, ...command];
  const data = openSync(directory, 'r');
  const done = spawnSync(setpriv, args, {
    cwd: '/',
    env: serverEnvironment,
    input,
    stdio: ['pipe', 'pipe', 'pipe', data],
    encoding: 'utf8',
  });
  closeSync(data);
  if (done.error) throw new Error('setpriv (util-linux) is needed', { cause: done.error });
  if (done.status !== 0) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`${command[0]} failed: ${done.stderr.trim() || done.signal}`);
  }
}

function removeAbandoned(dir: string): void {
  for (const name of readdirSync(dir)) {
    const maker = /^pg\.new-(\d+)$/.exec(name)?.[1];
    if (maker === undefined) continue;
    const alive = Number(maker) !== process.pid && processState(Number(maker)) !== undefined;
    if (!alive) rmSync(join(dir, name), { recursive: true, force: true });
  }
}

function checkVersion(pg: string): void {
  const version = readFileSync(join(pg, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR) throw new Error(`${pg} was made by PostgreSQL ${version}, not ${MAJOR}`);
}
