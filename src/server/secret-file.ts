/** Files that hold secrets which an operator puts there: read only where others cannot. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * The text of `path`, without the line's end. Its owner is this account, and nobody else may do
 * anything with it; or it is root's, and a group may read it, as systemd hands out credentials.
 * Throws a sentence that names no more than the path.
 */
export function readSecretFile(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    throw new Error(`${path} cannot be read by this account`);
  }
  try {
    // On the open file, not the path: it cannot be exchanged between the check and the read.
    const { mode, uid } = fstatSync(fd);
    const self = process.geteuid?.();
    if (uid !== 0 && uid !== self) throw new Error(`${path} belongs to another account`);
    const refused = uid === 0 && self !== 0 ? 0o037 : 0o077;
    if ((mode & refused) !== 0) {
      throw new Error(`${path} is open to other accounts: chmod 600 '${path}'`);
    }
    return readFileSync(fd, 'utf8').replace(/\r?\n$/, '');
  } finally {
    closeSync(fd);
  }
}
