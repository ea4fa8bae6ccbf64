/** Which ledgers there are. The registry holds ids only. */
import type { Database, Statement } from '../vault/database.ts';

/** Uuids of all clients, oldest first. */
export async function readClientIds(database: Database): Promise<string[]> {
  const [rows] = await database.batch(
    [],
    [
      {
        name: 'registry/clients',
        text: 'select id from registry where not is_provider order by id',
        values: [],
      },
    ],
  );
  return rows!.map((row) => row.id as string);
}

/** Divides by zero unless there are exactly so many clients. */
export function clientsAreStatement(count: number): Statement {
  return {
    name: 'registry/clients-are',
    text: `select 1 / (select count(*) from (select 1 where
      (select count(*) from registry where not is_provider) = $1::bigint) as same)`,
    values: [count],
  };
}

/** The uuid of the provider's own ledger; undefined before the first start. */
export async function readProviderId(database: Database): Promise<string | undefined> {
  const [rows] = await database.batch(
    [],
    [
      {
        name: 'registry/provider',
        text: 'select id from registry where is_provider',
        values: [],
      },
    ],
  );
  return rows![0]?.id as string | undefined;
}
