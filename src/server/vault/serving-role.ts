/** The role that serves must be stopped by row-level security: whoever owns the tables, or is above
 * such rules, is not. */
import { Fault } from '../fault.ts';
import type { Database } from './database.ts';

/** Throws Fault when the pool's role could look past the walls of 001-foundation.sql. */
export async function checkServingRole(database: Database): Promise<void> {
  const [rows] = await database.batch([], [POWERS]);
  const powers = Object.entries(rows![0]!).flatMap(([power, has]) => (has ? [power] : []));
  if (powers.length === 0) return;
  throw new Fault('serving-role', `the role of DATABASE_URL must not serve: ${powers.join(', ')}`);
}

const POWERS = {
  name: 'role/powers',
  text: `select rolsuper as superuser, rolbypassrls as "passes row-level security",
      rolcreaterole as "makes roles",
      exists (select from pg_class c where c.relowner = r.oid
        or pg_has_role(r.oid, c.relowner, 'usage') and c.relowner <> r.oid
          and c.relnamespace = 'public'::regnamespace) as "owns tables"
    from pg_roles r where r.rolname = current_user`,
  values: [],
};
