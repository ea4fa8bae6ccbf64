/** Which OS account PostgreSQL runs as: this one, or, as root (which PostgreSQL refuses), `nobody`. */

import { statSync } from 'node:fs';
import { userInfo } from 'node:os';

export interface Account {
  uid: number;
  gid: number;
  /** The OS user name of this process, which peer authentication maps to the roles. */
  osUser: string;
  /** The command that becomes this account, drops every privilege, and has the kernel stop it with us. */
  prefix: string[];
}

const NOBODY = 65_534;

/**
 * As root an existing cluster keeps its owner. Throws when the cluster belongs to another account
 * that we cannot become, or this account has no name (peer authentication needs one).
 */
export function databaseAccount(pg: string): Account {
  const existing = statSync(pg, { throwIfNoEntry: false });
  const self = { uid: process.geteuid?.() ?? -1, gid: process.getegid?.() ?? -1 };
  if (self.uid !== 0) {
    if (existing && existing.uid !== self.uid) {
      throw new Error(`${pg} belongs to uid ${existing.uid}: run as that user or as root`);
    }
    return { ...self, osUser: osUser(self.uid), prefix: ['setpriv', ...RESTRAINTS] };
  }
  const owner = existing && existing.uid !== 0 ? existing : { uid: NOBODY, gid: NOBODY };
  const { uid, gid } = owner;
  const become = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=-all'];
  return { uid, gid, osUser: osUser(0), prefix: ['setpriv', ...become, ...RESTRAINTS] };
}

/** SIGINT is PostgreSQL's fast shutdown. */
const RESTRAINTS = ['--no-new-privs', '--pdeathsig=INT'];

function osUser(uid: number): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new Error(`uid ${uid} has no entry in /etc/passwd, which PostgreSQL needs`, { cause });
  }
}
