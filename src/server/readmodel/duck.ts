/** DuckDB in memory and locked down: no files, no extensions, no network, nothing spilled to disk, no
 * setting that a statement could change. It holds numbers only: codes, days, amounts. */
import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  INTEGER,
} from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';

const CHUNK_ROWS = 2048;

/** A new database of its own. */
export function openDuck(memoryLimitMb: number): Promise<DuckDBInstance> {
  return DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: `${Math.floor(memoryLimitMb)}MB`,
    temp_directory: '',
    max_temp_directory_size: '0KB',
    enable_external_access: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    lock_configuration: 'true',
  });
}

/** Whole numbers, or those with a fraction: NaN for no value. */
export interface NumberColumn {
  readonly name: string;
  readonly data: Int32Array | Float64Array;
}

/**
 * Makes the table anew from columns of equal length; `temporary` ones live and die with the
 * connection. Whole blocks are copied, which is the fastest way in. Names must be ours.
 */
export async function fillTable(
  connection: DuckDBConnection,
  name: string,
  columns: readonly NumberColumn[],
  temporary = false,
): Promise<void> {
  const rows = columns[0]!.data.length;
  const typeOf = ({ data }: NumberColumn) => (data instanceof Int32Array ? 'integer' : 'double');
  const fields = columns.map((column) => `${quoted(column.name)} ${typeOf(column)} not null`);
  const kind = temporary ? 'temp table' : 'table';
  await connection.run(`create or replace ${kind} ${quoted(name)} (${fields.join(', ')})`);
  const appender = await connection.createAppender(name, null, temporary ? 'temp' : null);
  const types = columns.map(({ data }) => (data instanceof Int32Array ? INTEGER : DOUBLE));
  const chunk = DuckDBDataChunk.create(types);
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - from);
    chunk.reset();
    chunk.rowCount = count;
    for (const [i, { data }] of columns.entries()) {
      const vector = bindings.data_chunk_get_vector(chunk.chunk, i);
      const size = data.BYTES_PER_ELEMENT;
      const at = data.byteOffset + size * from;
      bindings.copy_data_to_vector(vector, 0, data.buffer as ArrayBuffer, at, size * count);
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Rows of numbers; the statement must give integers and doubles only, and no null. */
export async function queryNumbers(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly number[] = [],
): Promise<number[][]> {
  const types = parameters.map(() => INTEGER);
  const reader = await connection.runAndReadAll(sql, [...parameters], types);
  return reader.getRows() as number[][];
}

function quoted(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw new Error('not a name');
  return `"${name}"`;
}
