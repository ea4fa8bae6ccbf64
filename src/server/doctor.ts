/** The doctor: is the database reachable and blind, do ledgers and marks agree, are the keys where
 * they should be, and, when asked, is every record the one that the ledger names? */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appendLeaf, rootOfFrontier } from '#verifier/merkle.ts';
import type { Config, Secrets } from './config.ts';
import { COMPARTMENTS, readChangedRecords } from './ledger/changed-records.ts';
import { systemDraft } from './ledger/draft.ts';
import type { LedgerState } from './ledger/ledger-state.ts';
import { rootOfHead } from './ledger/marks.ts';
import { readLeaves } from './ledger/read-entries.ts';
import { readClientIds } from './ledger/registry.ts';
import { type OpenedHouse, openHouse } from './open-house.ts';
import { DigestCheck } from './readmodel/digests.ts';
import { checkBlind } from './vault/check-blind.ts';
import { uuidBytes } from './vault/crypto/uuid-bytes.ts';

export interface Finding {
  readonly check: string;
  /** A client's id, `provider`, or null for the whole instance. */
  readonly about: string | null;
  readonly ok: boolean;
  readonly detail: string;
}

export interface DoctorOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  /** Compare every record with the ledger. */
  readonly records?: boolean;
  /** The client (uuid) whose rolled-back ledger somebody accepts, and who. */
  readonly acceptRollback?: { readonly client: string; readonly by: string };
  readonly now?: () => number;
}

type House = OpenedHouse['house'];

/** Every finding; nothing is changed unless a rollback is accepted. */
export async function runDoctor(options: DoctorOptions): Promise<Finding[]> {
  const { config, secrets } = options;
  const now = options.now ?? Date.now;
  const opened = await openHouse({ config, secrets, now, log: () => {} });
  try {
    const { house } = opened;
    const findings: Finding[] = [
      { check: 'database', about: null, ok: true, detail: 'reachable, schema up to date' },
      checkKeys(config),
    ];
    if (options.acceptRollback) findings.push(await acceptRollback(house, options.acceptRollback));
    findings.push(await checkLedger(house, house.ledgers.provider));
    for (const id of await readClientIds(house.database)) {
      const state = (await house.ledgers.find(id))!;
      findings.push(await checkLedger(house, state));
      findings.push({ about: aboutOf(state), ...(await checkBlind(house.database, state)) });
      if (options.records) findings.push(await checkRecords(house, state));
    }
    return findings;
  } finally {
    await opened.close();
  }
}

/** Keys lie in keys/, readable by nobody else, and nowhere below pg/ or state/. */
function checkKeys(config: Config): Finding {
  const directory = join(config.directory, 'keys');
  const faults: string[] = [];
  if ((statSync(directory).mode & 0o077) !== 0) faults.push('keys/ is open to others');
  for (const name of readdirSync(directory)) {
    if ((statSync(join(directory, name)).mode & 0o077) !== 0)
      faults.push(`keys/${name} is open to others`);
  }
  return {
    check: 'keys',
    about: null,
    ok: faults.length === 0,
    detail:
      faults.join('; ') || 'in keys/ and for this account only; the root key opens the clients',
  };
}

/** The tree over all leaf hashes is that of the head, and the marks agree with it. */
async function checkLedger(house: House, state: LedgerState): Promise<Finding> {
  const about = aboutOf(state);
  if (state.closed) return { check: 'ledger', about, ok: false, detail: state.closed };
  let frontier: Buffer[] = [];
  let size = 0;
  for (const leaf of await readLeaves(house.database, state.id, 0, state.head.size)) {
    frontier = appendLeaf(frontier, size++, leaf);
  }
  const ok = size === state.head.size && rootOfFrontier(frontier).equals(rootOfHead(state.head));
  const detail = ok
    ? `${size} entries, head and marks agree`
    : 'the leaf hashes do not give the head: entries were changed or removed';
  return { check: 'ledger', about, ok, detail };
}

/** Each visible revision that is current is the last one that the ledger names, byte for byte. */
async function checkRecords(house: House, state: LedgerState): Promise<Finding> {
  const db = await house.database.connect();
  try {
    await db.query(`begin; set local app.client = '${state.id}'`);
    const expected = await readChangedRecords({
      db,
      access: { clientId: state.id, keys: { ledger: state.keys.sealing } },
      compartments: COMPARTMENTS,
      from: 0,
      to: state.head.size,
    });
    const check = new DigestCheck(expected);
    let last = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const { rows } = await db.query({
        name: 'doctor/records',
        text: `select r.record_id, r.revision, r.ct from record r join head h using (client_id)
          where r.client_id = $1 and r.record_id > $2 and r.import_id is distinct from h.pending
            and (r.replaced_in is null or r.replaced_in = h.pending)
          order by r.record_id limit 2000`,
        values: [state.id, last],
      });
      for (const row of rows) check.isExpected(uuidBytes(row.record_id), 0, row.revision, row.ct);
      if (rows.length < 2000) break;
      last = rows.at(-1)!.record_id;
    }
    await db.query('commit');
    const { count, records } = check.differing();
    const detail =
      count === 0
        ? `${expected.revisions.length} records are those of the ledger`
        : `${count} records differ from the ledger, among them ${records.slice(0, 5).join(', ')}`;
    return { check: 'records', about: aboutOf(state), ok: count === 0, detail };
  } finally {
    db.release();
  }
}

async function acceptRollback(
  house: House,
  { client, by }: { readonly client: string; readonly by: string },
): Promise<Finding> {
  const state = await house.ledgers.find(client);
  const about = `cli_${client}`;
  if (!state?.closed) {
    return { check: 'accept-rollback', about, ok: false, detail: 'this ledger is not closed' };
  }
  house.ledgers.accept(state);
  const fact = {
    type: 'alert.raised' as const,
    id: null,
    rule: 'rollback-accepted',
    severity: 'high',
    signature: null,
  };
  const draft = { ...systemDraft('sys:doctor', 'ledgers.accept', fact), reasons: [`by-${by}`] };
  await house.ledgers.appendSystem(state, draft);
  return { check: 'accept-rollback', about, ok: true, detail: `accepted by ${by}, and recorded` };
}

function aboutOf(state: LedgerState): string {
  return state.isProvider ? 'provider' : `cli_${state.id}`;
}
