/** Every stored record held against the ledger: the current revisions are the last that it names, byte
 * for byte, each opens in its own place, and no earlier revision has gone. */
import pg from 'pg';
import { COMPARTMENTS, readChangedRecords } from '../ledger/changed-records.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import { NIL_UUID } from '../vault/crypto/uuid-bytes.ts';
import { copyRows } from './copy-rows.ts';
import { type LoadContext, loadPeople, loadRecords } from './load.ts';
import type { ClientAccess } from './messages.ts';
import { addTags, type ModelData } from './model-data.ts';
import { ModelError } from './model-error.ts';
import { checkedUuid, inSnapshot } from './snapshot.ts';
import { UuidIndex, uuidText } from './uuid-index.ts';

type Places = Pick<ModelData, 'people' | 'tags' | 'tagPerson' | 'tagCompartment'>;

export interface RecordsCheck {
  readonly ok: boolean;
  readonly detail: string;
}

/** Reads and opens every record of the client, in one snapshot; `keep` is given what they hold. */
export async function checkRecords(
  connection: pg.ClientConfig,
  access: ClientAccess,
  keep: (values: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<RecordsCheck> {
  // A connection of its own: rows come as a COPY, which the pool's cannot take.
  const db = new pg.Client(connection);
  await db.connect();
  try {
    return await inSnapshot(db, access.clientId, async (head) => {
      const context = { db, access, head, signal: new AbortController().signal };
      const all = { db, access, compartments: COMPARTMENTS, from: 0, to: head.size };
      const expected = await readChangedRecords(all);
      const places = noPlaces();
      const keyrings = await loadPeople(context, places, null);
      // The records about the client itself are those of one more.
      await loadPeople(context, places, [NIL_UUID], keyrings);
      addTags(places, access, COMPARTMENTS, 0);
      const wanted = { compartments: COMPARTMENTS, records: null, types: null };
      const count = await loadRecords(
        context,
        places,
        keyrings,
        wanted,
        expected,
        (_, __, ___, plain) => keep(plain.e),
      );
      const faulty = [
        ...(await findMisplaced(context, places)),
        ...(await findGone(db, access.clientId)),
      ];
      if (faulty.length > 0) return differing(faulty.length, faulty);
      return { ok: true, detail: `${count} records are those of the ledger` };
    });
  } catch (error) {
    if (error instanceof SealError) return { ok: false, detail: 'the ledger does not open' };
    if (!(error instanceof ModelError)) throw error;
    const { count, records = [] } = (error.details ?? {}) as { count?: number; records?: string[] };
    return differing(count ?? records.length, records);
  } finally {
    await db.end();
  }
}

function noPlaces(): Places {
  return { people: new UuidIndex(), tags: new UuidIndex(), tagPerson: [], tagCompartment: [] };
}

function differing(count: number, records: readonly string[]): RecordsCheck {
  const named = records.slice(0, 5).join(', ');
  return { ok: false, detail: `${count} records differ from the ledger, among them ${named}` };
}

/** A row opens by its tag; the compartment that stands beside it decides who gets to see it. */
async function findMisplaced({ db, access }: LoadContext, places: Places): Promise<string[]> {
  const misplaced: string[] = [];
  const sql = `copy (select record_id, tag, convert_to(compartment, 'UTF8') from record
    where client_id = '${checkedUuid(access.clientId)}') to stdout (format binary)`;
  await copyRows(db, sql, ({ bytes, start, end }) => {
    const tag = places.tags.find(bytes, start[1]!);
    const compartment = bytes.toString('latin1', start[2], end[2]);
    if (tag !== -1 && places.tagCompartment[tag] === compartment) return;
    misplaced.push(uuidText(bytes, start[0]!));
  });
  return misplaced;
}

async function findGone(db: pg.ClientBase, client: string): Promise<string[]> {
  const { rows } = await db.query({
    name: 'check/gone',
    text: `select record_id from record where client_id = $1
      group by record_id having count(*) <> max(revision) limit 100`,
    values: [client],
  });
  return rows.map((row) => row.record_id as string);
}
