/**
 * Removes the lock of a killed postmaster whose pid still exists: nobody has reaped it (a container
 * without an init), or another process was given its number. PostgreSQL itself would wait for ever.
 */

import { existsSync, linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Postmaster } from './postmaster.ts';
import { PORT } from './roles.ts';

/** Call only for a postmaster that is not alive. Does nothing while one of its backends still runs. */
export function removeAbandonedLock(postmaster: Postmaster, pg: string): void {
  if (!existsSync(`/proc/${postmaster.pid}`) || hasBackends(postmaster)) return;
  const path = join(pg, 'postmaster.pid');
  const aside = `${path}.abandoned-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // Another process did the same meanwhile.
  }
  if (Number(readFileSync(aside, 'utf8').split('\n')[0]) === postmaster.pid) {
    const socket = join(postmaster.socketDir, `.s.PGSQL.${PORT}`);
    for (const remains of [socket, `${socket}.lock`]) rmSync(remains, { force: true });
  } else {
    linkSync(aside, path); // A new server's lock, made since we looked.
  }
  rmSync(aside);
}

/** Backends outlive a killed postmaster for a moment, attached to its shared memory (proc(5), sysvipc). */
function hasBackends({ sharedMemoryId }: Postmaster): boolean {
  const segments = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').slice(1);
  const fields = segments.map((line) => line.trim().split(/\s+/));
  return fields.some(([, id, , , , , attached]) => id === sharedMemoryId && attached !== '0');
}
