/** The head of a ledger: how long it is, its Merkle frontier, and the versions that its clients'
 * data and authority have reached. */
import type { Row, Statement } from '../vault/database.ts';
import { uuidArray } from '../vault/pg-arrays.ts';

export interface Head {
  /** Number of entries. */
  readonly size: number;
  /** Hashes of the perfect subtrees, largest first (RFC 6962). */
  readonly frontier: readonly Buffer[];
  /** Time of the last entry, ms. */
  readonly at: number;
  /** Index of the last fact. */
  readonly authIndex: number;
  /** Moves with every change of records. */
  readonly dataVersion: number;
  /** Moves when something was erased. */
  readonly purgeVersion: number;
  /** The import that is being written and is still invisible. */
  readonly pending: string | null;
}

export const EMPTY_HEAD: Head = {
  size: 0,
  frontier: [],
  at: 0,
  authIndex: -1,
  dataVersion: 0,
  purgeVersion: 0,
  pending: null,
};

const COLUMNS =
  'client_id, size, frontier, last_at, auth_index, data_version, purge_version, pending';

/** Reads the heads of these ledgers; `head/lock` in id order, for update. */
export function headStatement(ids: readonly string[], lock: boolean): Statement {
  const text = `select ${COLUMNS} from head where client_id = any($1::uuid[]) order by client_id`;
  return {
    name: lock ? 'head/lock' : 'head/read',
    text: lock ? `${text} for update` : text,
    values: [uuidArray(ids)],
  };
}

/** A head from its row. */
export function headOf(row: Row): Head {
  return {
    size: row.size as number,
    frontier: splitFrontier(row.frontier as Buffer),
    at: (row.last_at as Date).getTime(),
    authIndex: row.auth_index as number,
    dataVersion: row.data_version as number,
    purgeVersion: row.purge_version as number,
    pending: row.pending as string | null,
  };
}

/** Writes a head that is locked. */
export function headUpdate(id: string, head: Head): Statement {
  return {
    name: 'head/update',
    text: `update head set size = $2, frontier = $3, last_at = $4, auth_index = $5,
      data_version = $6, purge_version = $7, pending = $8 where client_id = $1`,
    values: [
      id,
      head.size,
      Buffer.concat(head.frontier),
      new Date(head.at),
      head.authIndex,
      head.dataVersion,
      head.purgeVersion,
      head.pending,
    ],
  };
}

function splitFrontier(bytes: Buffer): Buffer[] {
  const hashes: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 32) hashes.push(bytes.subarray(at, at + 32));
  return hashes;
}
