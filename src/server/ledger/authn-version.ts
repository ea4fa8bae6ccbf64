/** The version of authentication: it moves with every revocation of a token, in every process. */
import type { Database, Statement } from '../vault/database.ts';

/** What this process last saw of it. */
export interface AuthnVersion {
  current: number;
}

export const AUTHN_STATEMENT: Statement = {
  name: 'instance/authn',
  text: 'select authn_version from instance',
  values: [],
};

export async function readAuthnVersion(database: Database): Promise<number> {
  const [rows] = await database.batch([], [AUTHN_STATEMENT]);
  return rows![0]!.authn_version as number;
}

/** Looks, notes what it finds, and tells whether it was something new: then tokens that this process
 * remembers may be revoked, and whoever relied on one must authenticate again. */
export async function isAuthnMoved(database: Database, known: AuthnVersion): Promise<boolean> {
  const version = await readAuthnVersion(database);
  const isMoved = version !== known.current;
  known.current = version;
  return isMoved;
}
