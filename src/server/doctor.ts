/** The doctor: is the database reachable and blind, do ledgers and marks agree, are the keys where
 * they should be, and, when asked, is every record the one that the ledger names? */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toId } from '../contract/ids.ts';
import { checkLedger } from './check-ledger.ts';
import type { Config, Secrets } from './config.ts';
import { checkDocuments } from './domain/documents/check-documents.ts';
import { accessOf } from './domain/read-model-access.ts';
import { systemDraft } from './ledger/draft.ts';
import type { LedgerState } from './ledger/ledger-state.ts';
import { readClientIds } from './ledger/registry.ts';
import { type OpenedHouse, openHouse } from './open-house.ts';
import { checkRecords } from './readmodel/check-records.ts';
import { newUuid } from './uuid.ts';
import { checkBlind } from './vault/check-blind.ts';
import { SealError } from './vault/crypto/seal-error.ts';
import { isSealedOff } from './vault/sealed-off.ts';
import { isStoredDocument, type StoredDocument } from './vault/stored-document.ts';

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
    findings.push(await checkLedgerOf(house, house.ledgers.provider));
    for (const id of await readClientIds(house.database)) {
      const state = (await house.ledgers.find(id))!;
      findings.push(await checkLedgerOf(house, state));
      if (isSealedOff(state)) {
        const detail = 'the client is sealed off: what it stores cannot be looked at';
        findings.push({ check: 'sealed-off', about: aboutOf(state), ok: true, detail });
        continue;
      }
      findings.push(await checkBlindOf(house, state));
      if (options.records)
        findings.push(...(await checkRecordsOf(house, opened.connection, state)));
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

/** Every entry is as it was written, and all of them give the head; the marks agree with it. */
async function checkLedgerOf(house: House, state: LedgerState): Promise<Finding> {
  const fault = state.closed ?? (await checkLedger(house.database, state));
  const detail = fault ?? `${state.head.size} entries, head and marks agree`;
  return { check: 'ledger', about: aboutOf(state), ok: fault === null, detail };
}

/** What does not open cannot be sought: that is a finding too. */
async function checkBlindOf(house: House, state: LedgerState): Promise<Finding> {
  const about = aboutOf(state);
  try {
    return { about, ...(await checkBlind(house.database, state)) };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return { check: 'blind', about, ok: false, detail: 'a record of the sample does not open' };
  }
}

async function checkRecordsOf(
  house: House,
  connection: OpenedHouse['connection'],
  state: LedgerState,
): Promise<Finding[]> {
  const about = aboutOf(state);
  if (state.closed) return [{ check: 'records', about, ok: false, detail: state.closed }];
  const named: StoredDocument[] = [];
  const records = await checkRecords(connection, accessOf(state), (values) => {
    named.push(...Object.values(values).filter(isStoredDocument));
  });
  const found: Finding[] = [{ check: 'records', about, ...records }];
  // What the records name is known only when they are the ledger's.
  if (!records.ok) return found;
  const documents = await checkDocuments(house.database, state.id, named);
  return [...found, { check: 'documents', about, ...documents }];
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
    id: toId('alert', newUuid(house.now())),
    rule: 'rollback-accepted',
    severity: 'high',
    about: [],
    index: null,
    effect: 'none' as const,
    signature: null,
  };
  const draft = { ...systemDraft('sys:doctor', 'ledgers.accept', fact), reasons: [`by-${by}`] };
  await house.ledgers.appendSystem(state, draft);
  return { check: 'accept-rollback', about, ok: true, detail: `accepted by ${by}, and recorded` };
}

function aboutOf(state: LedgerState): string {
  return state.isProvider ? 'provider' : `cli_${state.id}`;
}
