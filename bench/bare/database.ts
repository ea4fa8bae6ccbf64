/** Bare's connections: the same driver, dates and decimals as text, as many lanes as measured best. */
import pg from 'pg';

export interface BareDatabase {
  /** Runs a prepared statement in its own transaction. */
  query(statement: pg.QueryConfig): Promise<pg.QueryResult>;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** As many as WorkSmartly's own pool lets one batch use; other sizes were tried, none was clearly better. */
const laneCount = 8;

/** Opens the pool and its first connections. */
export function openBare(connection: pg.ClientConfig): BareDatabase {
  const pool = new pg.Pool({
    ...connection,
    // Reports join and sort in memory.
    options: '-c work_mem=64MB',
    max: laneCount,
    min: laneCount,
    types: { getTypeParser },
  });
  pool.on('error', () => {});
  return { query: (statement) => pool.query(statement), pool, close: () => pool.end() };
}

const dateOid = 1082;

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === 20) return Number;
  if (oid === dateOid) return String;
  return pg.types.getTypeParser(oid, format as 'text');
}
