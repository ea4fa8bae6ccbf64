/** pg_hba.conf and pg_ident.conf: the unix socket and the kernel's word who is calling, nothing else. */

import { randomUUID } from 'node:crypto';
import { closeSync, fchownSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './database-account.ts';
import { ROLES } from './roles.ts';

export function writeAccessRules(pg: string, account: Account): void {
  const user = account.osUser.replaceAll('"', '""');
  const map = ROLES.map((role) => `ws "${user}" ${role}\n`).join('');
  replaceFile(join(pg, 'pg_hba.conf'), 'local all all peer map=ws\n', account);
  replaceFile(join(pg, 'pg_ident.conf'), map, account);
}

/**
 * The directory is the database's, so a broken-in database could plant a link for us to follow as
 * root: a new file is made exclusively and given away by its descriptor.
 */
function replaceFile(path: string, text: string, account: Account): void {
  const fresh = `${path}.${randomUUID()}`;
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(file, text);
    fchownSync(file, account.uid, account.gid);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
}
