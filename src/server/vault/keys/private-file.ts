/**
 * Files that only their owner may read: checked at every read, replaced whole or not at all. There is
 * no moment at which the only copy is being overwritten.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { KeyFileError } from './key-file-error.ts';

/** The text of a 0600 file in a 0700 directory, both our own. Throws KeyFileError otherwise. */
export function readPrivateFile(path: string): string {
  checkPrivateDirectory(dirname(path));
  const fd = openExisting(path);
  try {
    // On the open file, not the path: it cannot be exchanged between the check and the read.
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new KeyFileError(`${path} is not a regular file`);
    checkPrivate(stats, path, '600');
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** Throws KeyFileError unless it is a real directory that only its owner, us, may enter. */
export function checkPrivateDirectory(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) throw new KeyFileError(`${path} is not a directory`);
  checkPrivate(stats, path, '700');
}

/** Writes a new file; throws KeyFileError when there is one at `path` already. */
export function createPrivateFile(path: string, text: string): void {
  const temporary = writeTemporary(path, text);
  try {
    // Unlike a rename, a link never replaces what another process has put there meanwhile.
    linkSync(temporary, path);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw new KeyFileError(`${path} exists already`);
    throw error;
  } finally {
    unlinkSync(temporary);
  }
  syncDirectory(path);
}

/**
 * Replaces the file by `change(its text)`, in one step. The temporary file is also the lock: a second
 * process, or what an interrupted one has left, makes this throw KeyFileError and change nothing.
 */
export function replacePrivateFile(path: string, change: (text: string) => string): void {
  const temporary = takeTemporary(path);
  try {
    writeAll(temporary.fd, change(readPrivateFile(path)));
    renameSync(temporary.path, path);
  } catch (error) {
    unlinkSync(temporary.path);
    throw error;
  } finally {
    closeSync(temporary.fd);
  }
  syncDirectory(path);
}

/** Changes whenever the file has been replaced. */
export function fileIdentity(path: string): string {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.ino}:${stats.mtimeNs}:${stats.size}`;
}

function openExisting(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new KeyFileError(`${path} is missing`);
    if (isErrno(error, 'ELOOP')) throw new KeyFileError(`${path} must not be a symbolic link`);
    if (isErrno(error, 'EACCES')) throw new KeyFileError(`${path} is not readable for this user`);
    throw error;
  }
}

function checkPrivate(stats: Stats, path: string, mode: string): void {
  const user = process.geteuid?.();
  if (user !== undefined && stats.uid !== user) {
    throw new KeyFileError(`${path} belongs to another user: chown ${user} '${path}'`);
  }
  if ((stats.mode & 0o077) !== 0) {
    throw new KeyFileError(`${path} is open to other users: chmod ${mode} '${path}'`);
  }
}

function writeTemporary(path: string, text: string): string {
  const temporary = takeTemporary(path);
  try {
    writeAll(temporary.fd, text);
  } catch (error) {
    unlinkSync(temporary.path);
    throw error;
  } finally {
    closeSync(temporary.fd);
  }
  return temporary.path;
}

function takeTemporary(path: string): { path: string; fd: number } {
  const temporary = `${path}.new`;
  try {
    return { path: temporary, fd: openSync(temporary, 'wx', 0o600) };
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    throw new KeyFileError(
      `${path} is being changed, or a change of it was interrupted: ` +
        `if no other process is changing it, rm '${temporary}' and try again`,
    );
  }
}

function writeAll(fd: number, text: string): void {
  writeFileSync(fd, text);
  fsyncSync(fd);
}

function syncDirectory(path: string): void {
  const fd = openSync(dirname(path), constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
