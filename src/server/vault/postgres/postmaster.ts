/** Reads postmaster.pid, PostgreSQL's own lock file, and tells a live server from a dead one's remains. */

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Postmaster {
  pid: number;
  socketDir: string;
  /** It accepts connections; otherwise it is starting, recovering or stopping. */
  ready: boolean;
  /** The id of its System V shared memory segment. */
  sharedMemoryId: string;
}

/** Lines: pid, data directory, start time, port, socket directory, address, shared memory, state. */
export function readPostmaster(pg: string): Postmaster | undefined {
  const lines = readIfThere(join(pg, 'postmaster.pid'))?.split('\n');
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isInteger(pid) || pid <= 1) return undefined;
  return {
    pid,
    socketDir: lines[4] ?? '',
    ready: lines[7]?.trim() === 'ready',
    sharedMemoryId: lines[6]?.trim().split(/\s+/)[1] ?? '',
  };
}

/**
 * The pid may have been given to another process since: a postmaster's working directory is its
 * data directory. In containers without ptrace rights only the process's name can be read.
 */
export function isPostmasterAlive({ pid }: Postmaster, pg: string): boolean {
  const state = processState(pid);
  if (state?.name !== 'postgres' || state.code === 'Z') return false;
  try {
    const there = statSync(`/proc/${pid}/cwd`);
    const here = statSync(pg);
    return there.ino === here.ino && there.dev === here.dev;
  } catch {
    return processState(pid)?.name === 'postgres';
  }
}

/** Name and state letter (`Z` for a zombie) of a process; undefined when it is gone (proc(5)). */
export function processState(pid: number): { name: string; code: string } | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const found = stat && /\((.*)\) (\S)/s.exec(stat);
  return found ? { name: found[1] ?? '', code: found[2] ?? '' } : undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
