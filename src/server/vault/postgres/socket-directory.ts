/** Where the socket lives: a short path (the kernel allows 107 bytes) that only the database's uid and root enter. */

import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './database-account.ts';

const pathBytesMax = 80;

/** One directory per DIR, so a crash leaves nothing to collect. Throws when the place was taken by another account. */
export function prepareSocketDirectory(dir: string, account: Account, chosen?: string): string {
  const path = chosen ?? join(runtimeBase(), `worksmartly-${digest(dir)}`);
  if (Buffer.byteLength(path) > pathBytesMax) {
    throw new Error(`The runtime directory ${path} is longer than ${pathBytesMax} bytes`);
  }
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (process.geteuid?.() === 0 && lstatSync(path).uid === 0 && readdirSync(path).length === 0) {
    chownSync(path, account.uid, account.gid);
  }
  if (lstatSync(path).uid === account.uid) chmodSync(path, 0o700);
  if (!isSafeSocketDirectory(path, account.uid)) {
    throw new Error(`The runtime directory ${path} belongs to another account`);
  }
  return path;
}

/** A real directory of the database's uid that nobody else enters: no other account can pose as the server. */
export function isSafeSocketDirectory(path: string, uid: number): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o077) === 0;
}

function runtimeBase(): string {
  const own = process.geteuid?.() === 0 ? '/run' : process.env.XDG_RUNTIME_DIR;
  const candidates = [own, tmpdir(), '/tmp'].filter((path) => path !== undefined);
  const base = candidates.find((path) => path.length <= 48 && isOpen(path));
  if (base === undefined) throw new Error('No writable runtime directory with a short path');
  return base;
}

/** The database's uid must be able to pass through, as it may not be ours. */
function isOpen(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return process.geteuid?.() !== 0 || (lstatSync(path).mode & 0o001) !== 0;
  } catch {
    return false;
  }
}

function digest(dir: string): string {
  return createHash('sha256').update(dir).digest('hex').slice(0, 12);
}
