/** Who calls: the token's SHA-256, looked up once and then kept for some seconds, as WorkSmartly does. */
import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { BareDatabase } from './database.ts';

export type FindUser = (request: FastifyRequest) => Promise<string | null>;

const keptMs = 5000;

/** The user's uuid, or null where the token is missing, unknown, expired or revoked. */
export function userFinder(database: BareDatabase): FindUser {
  const known = new Map<string, { user: string; expiresAt: number; askAgainAt: number }>();
  return async ({ headers: { authorization } }) => {
    if (authorization === undefined || !authorization.startsWith('Bearer ')) return null;
    const digest = hash('sha256', authorization.slice(7), 'base64');
    const now = Date.now();
    const held = known.get(digest);
    if (held !== undefined && now < held.askAgainAt) return now < held.expiresAt ? held.user : null;
    const { rows } = await database.query({
      name: 'token',
      text: 'select user_id, expires_at from token where hash = $1 and not revoked',
      values: [Buffer.from(digest, 'base64')],
    });
    const row = rows[0] as { user_id: string; expires_at: Date } | undefined;
    if (row === undefined) return null;
    const expiresAt = row.expires_at.getTime();
    known.set(digest, { user: row.user_id, expiresAt, askAgainAt: now + keptMs });
    return now < expiresAt ? row.user_id : null;
  };
}
