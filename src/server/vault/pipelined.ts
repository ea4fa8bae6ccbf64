/** Statements that travel in one write and are answered in one: PostgreSQL runs everything before the
 * closing Sync as one transaction (protocol: pipelining), so no `begin` and no `commit` is sent. */
import pg from 'pg';
import type { Row, Statement } from './database.ts';

/** Something to be done with the rows of the first `count` statements while the rest still runs.
 * Whatever it makes of them must not be let out before the transaction is committed. Must not throw. */
export interface Ahead {
  readonly count: number;
  readonly look: (rows: readonly Row[][]) => void;
}

/** Runs the statements on an idle connection. The first failure rolls all of them back and rejects;
 * rows are handed out once the transaction is committed. */
export function runPipelined(
  client: pg.ClientBase,
  statements: readonly Statement[],
  ahead: Ahead | null = null,
): Promise<Row[][]> {
  return new Promise((resolve, reject) => {
    client.query(new Pipelined(statements, ahead, resolve, reject));
  });
}

/** What the driver's connection has beside its published type. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  /** Statements that this connection has prepared, and those whose preparation is on its way. */
  readonly parsedStatements: Record<string, string>;
  readonly submittedNamedStatements: Record<string, string>;
  parse(query: { name: string; text: string }): void;
  bind(config: {
    statement: string;
    values: readonly unknown[];
    valueMapper: (value: unknown) => string | Buffer | null;
  }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(config: null): void;
  flush(): void;
  sync(): void;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** The columns of prepared statements, so that they are described once per connection. */
const described = new WeakMap<Wire, Map<string, readonly Column[]>>();

/** One query to the driver, several statements to the database. */
class Pipelined implements pg.Submittable {
  readonly #statements: readonly Statement[];
  readonly #ahead: Ahead | null;
  readonly #resolve: (rows: Row[][]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #rows: Row[][] = [];
  #columns: Map<string, readonly Column[]> = new Map();
  #sent: Wire | null = null;
  /** The statement whose answer comes next. */
  #at = 0;

  constructor(
    statements: readonly Statement[],
    ahead: Ahead | null,
    resolve: (rows: Row[][]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#statements = statements;
    this.#ahead = ahead;
    this.#resolve = resolve;
    this.#reject = reject;
    for (const _ of statements) this.#rows.push([]);
  }

  /** The driver notes under this name that the statement is prepared. */
  get name(): string | undefined {
    return this.#statements[this.#at]?.name;
  }

  get text(): string | undefined {
    return this.#statements[this.#at]?.text;
  }

  submit(connection: pg.Connection): void {
    const wire = connection as unknown as Wire;
    this.#sent = wire;
    this.#columns = described.get(wire) ?? new Map();
    described.set(wire, this.#columns);
    wire.stream.cork();
    try {
      const asked = new Set<string>();
      for (const [i, { name, text, values }] of this.#statements.entries()) {
        if (i === this.#ahead?.count) wire.flush();
        const known = wire.parsedStatements[name] ?? wire.submittedNamedStatements[name];
        if (known === undefined) {
          wire.parse({ name, text });
          wire.submittedNamedStatements[name] = text;
        } else if (known !== text) throw new Error(`two statements are named ${name}`);
        wire.bind({ statement: name, values, valueMapper: wireValue });
        if (!this.#columns.has(name) && !asked.has(name)) {
          wire.describe({ type: 'P', name: '' });
          asked.add(name);
        }
        wire.execute(null);
      }
    } catch (error) {
      // Nothing of a transaction of which a part could not be written may be committed.
      (connection.stream as unknown as { destroy(error: unknown): void }).destroy(error);
      throw error;
    } finally {
      wire.sync();
      wire.stream.uncork();
    }
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    const columns = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
    this.#columns.set(this.name!, columns);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const columns = this.#columns.get(this.name!)!;
    const row: Row = {};
    for (let i = 0; i < columns.length; i++) {
      const { name, parse } = columns[i]!;
      const text = fields[i]!;
      row[name] = text === null ? null : parse(text);
    }
    this.#rows[this.#at]!.push(row);
  }

  handleCommandComplete(): void {
    const name = this.name!;
    if (!this.#columns.has(name)) this.#columns.set(name, []);
    this.#at++;
    if (this.#at === this.#ahead?.count) this.#ahead.look(this.#rows);
  }

  handleEmptyQuery(): void {
    this.#at++;
  }

  handlePortalSuspended(): void {}

  handleError(error: unknown): void {
    // Those behind the failed one were skipped: they are not prepared.
    const { submittedNamedStatements = {} } = this.#sent ?? {};
    for (const { name } of this.#statements.slice(this.#at)) delete submittedNamedStatements[name];
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#rows);
  }
}

function parserOf(oid: number): (text: string) => unknown {
  if (oid === INT8_OID) return Number;
  if (oid === TEXT_OID || oid === UUID_OID) return String;
  if (oid === BYTEA_OID) return (text) => Buffer.from(text.slice(2), 'hex');
  return pg.types.getTypeParser(oid, 'text');
}

const BYTEA_OID = 17;
const INT8_OID = 20;
const TEXT_OID = 25;
const UUID_OID = 2950;

/** A parameter as text, or as binary when it is bytes already (see `pg-arrays.ts`). */
function wireValue(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(element).join()}}`;
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return String(value);
}

function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return `"${String(value).replace(/["\\]/g, '\\$&')}"`;
}
