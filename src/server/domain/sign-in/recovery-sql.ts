/** Recoveries that were begun: whose, by whom, and until when they can be confirmed. */
import type { House } from '../../house.ts';
import type { Row, Statement } from '../../vault/database.ts';

export interface Recovery {
  /** Bare uuids. */
  readonly id: string;
  readonly user: string;
  readonly startedBy: string;
  readonly codeHash: Buffer;
  /** Milliseconds. */
  readonly expiresAt: number;
}

/** One that nobody has confirmed. */
export async function findRecovery(house: House, id: string): Promise<Recovery | null> {
  if (id === '') return null;
  const rows = await read(house, 'recovery/find', 'recovery_id = $1', [id]);
  return rows[0] ?? null;
}

/** Those that nobody has confirmed and that have not lapsed at `at` (ms). */
export function readRecoveries(house: House, at: number): Promise<Recovery[]> {
  return read(house, 'recovery/list', 'expires_at > $1', [new Date(at)]);
}

export function insertRecovery(of: Recovery): Statement[] {
  return [
    {
      name: 'recovery/withdraw',
      text: 'update recovery set done = true where user_id = $1 and not done',
      values: [of.user],
    },
    {
      name: 'recovery/insert',
      text: `insert into recovery (recovery_id, user_id, started_by, code_hash, expires_at)
        values ($1, $2, $3, $4, $5)`,
      values: [of.id, of.user, of.startedBy, of.codeHash, new Date(of.expiresAt)],
    },
  ];
}

/** Divides by zero when it was confirmed meanwhile. */
export function endRecovery(id: string): Statement {
  return {
    name: 'recovery/end',
    text: `with d as (update recovery set done = true where recovery_id = $1 and not done
        returning 1)
      select 1 / (select count(*) from d)`,
    values: [id],
  };
}

async function read(
  { database }: House,
  name: string,
  where: string,
  values: readonly unknown[],
): Promise<Recovery[]> {
  const text = `select recovery_id, user_id, started_by, code_hash, expires_at from recovery
    where not done and ${where} order by recovery_id limit 200`;
  const [rows] = await database.batch([], [{ name, text, values }]);
  return rows!.map(recoveryOf);
}

function recoveryOf(row: Row): Recovery {
  return {
    id: row.recovery_id as string,
    user: row.user_id as string,
    startedBy: row.started_by as string,
    codeHash: row.code_hash as Buffer,
    expiresAt: (row.expires_at as Date).getTime(),
  };
}
