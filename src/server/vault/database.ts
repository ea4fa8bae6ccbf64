/** The connection to PostgreSQL. Every transaction names its clients first, so that row-level
 * security shows it nothing else; statements of one transaction travel in one round trip. */
import pg from 'pg';
import { type Ahead, runPipelined } from './pipelined.ts';
import { runOne, runStepByStep } from './step-by-step.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A static SQL text with its parameters; `name` makes it a prepared statement. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What a transaction does for one client. With `ahead`, in a single segment only, its first rows are
 * looked at while the rest still runs. */
export interface Segment {
  readonly client: string;
  readonly statements: readonly Statement[];
  readonly ahead?: Ahead | null;
}

/** How to reach a database, and as whom. */
export type ConnectionConfig = pg.ClientConfig;

export type Row = Record<string, unknown>;

/** Statements take arrays, so a plan made for the values of one call would be made anew each time; and
 * every one of them looks rows up in an index, which a planner without statistics of tables that just
 * grew would rather not believe. */
const PLANNER = [
  'plan_cache_mode=force_generic_plan',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'enable_bitmapscan=off',
  'enable_seqscan=off',
  'enable_material=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** As many as the ledger's lanes have transactions under way. */
const KEPT_MAX = 2;

export interface Transaction {
  query<R extends Row = Row>(statement: Statement): Promise<R[]>;
}

export interface Database {
  /** Runs the statements in one transaction and one round trip; row arrays in their order. */
  batch(clients: readonly string[], statements: readonly Statement[]): Promise<Row[][]>;
  /** Several clients in one transaction and one round trip, each in its own segment, which sees only
   * that client's rows; row arrays by segment. */
  segments(list: readonly Segment[]): Promise<Row[][][]>;
  /** The same for what is found by user across clients: only the list of the user's clients. */
  batchOfUser(user: string, statements: readonly Statement[]): Promise<Row[][]>;
  /** Runs `body` in a transaction that is committed when it returns and rolled back when it throws. */
  transaction<T>(clients: readonly string[], body: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The caller's own connection, for as long as it needs it. */
  connect(): Promise<pg.PoolClient>;
  /** `batch` on a connection that the caller holds. */
  batchOn(
    client: pg.ClientBase,
    clients: readonly string[],
    statements: readonly Statement[],
  ): Promise<Row[][]>;
  /** Of the pool: connections, those of them that nobody uses, and calls that wait for one. */
  stats(): { readonly total: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

/** Opens a pool for the role that `config` names, which must not own the tables. `isSpread` is for
 * tables that lie on several nodes (Citus). */
export function openDatabase(
  config: pg.ClientConfig,
  connections: number,
  isSpread = false,
): Database {
  const runAll = isSpread ? runStepByStep : runPipelined;
  const pool = new pg.Pool({
    ...config,
    options: PLANNER,
    max: connections,
    types: { getTypeParser },
  });
  pool.on('error', () => {});
  // A connection that breaks while it is in use fails its queries, and must not end the process.
  pool.on('connect', (client) => client.on('error', () => forget(client)));
  /** Connections of this pool that are handed out at once: with one of them a transaction is on its way
   * before anything else is done, for instance before the answers of the one before it are sent. */
  const kept: pg.PoolClient[] = [];

  async function connect(): Promise<pg.PoolClient> {
    return kept.pop() ?? (await pool.connect());
  }

  function forget(client: pg.ClientBase): void {
    const at = kept.indexOf(client as pg.PoolClient);
    if (at >= 0) kept.splice(at, 1)[0]!.release(true);
  }

  async function run(statements: readonly Statement[], ahead: Ahead | null = null) {
    // Not `await connect()`: that would already let others go first.
    const client = kept.pop() ?? (await pool.connect());
    try {
      const rows = await runAll(client, statements, ahead);
      if (kept.length < KEPT_MAX && pool.waitingCount === 0 && !pool.ending) kept.push(client);
      else client.release();
      return rows;
    } catch (error) {
      client.release(isBroken(error));
      throw error;
    }
  }

  async function transaction<T>(clients: readonly string[], body: (tx: Transaction) => Promise<T>) {
    const client = await connect();
    try {
      await client.query('begin');
      if (isSpread) await runOne(client, scope(clients));
      else await client.query(toQuery(scope(clients)));
      const result = await body({
        query: async <R extends Row>(statement: Statement) =>
          (await client.query(toQuery(statement))).rows as R[],
      });
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      const isUsable = await client.query('rollback').then(
        () => true,
        () => false,
      );
      client.release(!isUsable);
      throw error;
    }
  }

  return {
    batch: async (clients, statements) => (await run([scope(clients), ...statements])).slice(1),
    async segments(list) {
      const all = list.flatMap(({ client, statements }) => [scope([client]), ...statements]);
      const rows = await run(all, list.length === 1 ? aheadOf(list[0]!) : null);
      let at = 0;
      return list.map(({ statements }) => {
        const from = at + 1;
        at = from + statements.length;
        return rows.slice(from, at);
      });
    },
    async batchOfUser(user, statements) {
      if (!UUID.test(user)) throw new Error('not a user uuid');
      return (await run([setting('app.account', user), ...statements])).slice(1);
    },
    transaction,
    connect,
    batchOn: async (client, clients, statements) =>
      (await runAll(client, [scope(clients), ...statements])).slice(1),
    stats: () => ({
      total: pool.totalCount,
      idle: pool.idleCount + kept.length,
      waiting: pool.waitingCount,
    }),
    close() {
      for (const client of kept.splice(0)) client.release();
      return pool.end();
    },
  };
}

function aheadOf({ ahead }: Segment): Ahead | null {
  if (!ahead) return null;
  return { count: ahead.count + 1, look: (rows) => ahead.look(rows.slice(1)) };
}

/** The statement that names the clients for this transaction. The ids stand in a list, so they are
 * checked before. */
function scope(clients: readonly string[]): Statement {
  for (const id of clients) if (!UUID.test(id)) throw new Error('not a client uuid');
  if (clients.length < 2) return setting('app.client', clients[0] ?? '');
  return setting('app.clients', clients.join(','));
}

function setting(name: 'app.client' | 'app.clients' | 'app.account', value: string): Statement {
  return { name, text: `select set_config('${name}', $1, true)`, values: [value] };
}

function toQuery(statement: Statement): pg.QueryConfig {
  return { name: statement.name, text: statement.text, values: statement.values as unknown[] };
}

/** A failed statement leaves a usable connection; anything else does not. */
function isBroken(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError);
}

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === 20) return Number;
  return pg.types.getTypeParser(oid, format as 'text');
}
