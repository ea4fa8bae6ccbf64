/** All errors of a file, up to a bound, sealed in parts under the import's key: they go when it goes.
 * They name rows, columns and reasons, never a value. */
import type { KeyObject } from 'node:crypto';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import type { Database } from '../../vault/database.ts';
import { insertErrors, readErrors } from '../../vault/import-parts-sql.ts';
import type { ImportError } from './import-status.ts';

export const ERRORS_LISTED_MAX = 100_000;
const PART_ERRORS = 2000;
const FORM = { siv: true, pad: true };

export interface ErrorPlace {
  readonly database: Database;
  readonly client: string;
  readonly id: string;
  readonly key: KeyObject;
}

export interface ErrorList {
  add(errors: readonly ImportError[]): Promise<void>;
  /** Stores the rest. */
  flush(): Promise<void>;
}

export function openErrorList({ database, client, id, key }: ErrorPlace): ErrorList {
  let waiting: ImportError[] = [];
  let listed = 0;
  let part = 0;

  async function store(errors: readonly ImportError[]): Promise<void> {
    const number = part++;
    const bytes = Buffer.from(JSON.stringify(errors));
    const ct = sealBlob(key, 1, ['import-error-part', client, id, number], bytes, FORM);
    await database.batch([client], [insertErrors(client, id, number, ct)]);
  }

  return {
    async add(errors) {
      const some = errors.slice(0, ERRORS_LISTED_MAX - listed);
      listed += some.length;
      waiting.push(...some);
      while (waiting.length >= PART_ERRORS) await store(waiting.splice(0, PART_ERRORS));
    },
    async flush() {
      if (waiting.length === 0) return;
      const rest = waiting;
      waiting = [];
      await store(rest);
    },
  };
}

/** The listed errors in their order, some at a time. Throws SealError. */
export async function* readErrorList({
  database,
  client,
  id,
  key,
}: ErrorPlace): AsyncGenerator<ImportError[], void, undefined> {
  for (let part = 0; ; part++) {
    const [rows] = await database.batch([client], [readErrors(client, id, part)]);
    const ct = rows![0]?.ct as Buffer | undefined;
    if (ct === undefined) return;
    const aad = ['import-error-part', client, id, part];
    yield JSON.parse(openBlob(key, 1, aad, ct, FORM).toString()) as ImportError[];
  }
}
