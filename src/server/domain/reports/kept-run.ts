/** What is kept of a run. Its digest stays for good. Its result lies sealed under a key of the run's own,
 * which goes with the row: after so many days, by whoever made it, and when anybody was erased, for a
 * result is about many people. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { ListDigest } from '#verifier/entry.ts';
import { notFound } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { ReportParameters } from '../../readmodel/reports/parameters.ts';
import type { ReportResult } from '../../readmodel/reports/report.ts';
import { newUuid } from '../../uuid.ts';
import { newKey } from '../../vault/crypto/random-key.ts';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Row } from '../../vault/database.ts';
import { readSavedRun, type SavedRunRow } from '../../vault/report-sql.ts';
import type { Scope } from '../operation.ts';

export interface KeptMeta {
  readonly report: string;
  readonly name: string | null;
  readonly parameters: ReportParameters;
  readonly asOf: string;
  readonly dataVersion: number;
  readonly suppressed: boolean;
  readonly digest: string;
  readonly purpose: string | null;
  readonly scope: Scope;
  /** The bare uuid of the schedule that ran it. */
  readonly schedule: string | null;
  /** Whom it was about, as its entry named them. */
  readonly subjects: readonly string[] | ListDigest;
  /** Where the longer list lies. */
  readonly attachment: string | null;
}

export type KeptResult = Pick<ReportResult, 'columns' | 'rows' | 'withheld'> & {
  /** How many could not be placed. Who they are is not kept. */
  readonly unplaced: number | null;
};

export interface KeptRun {
  readonly id: string;
  readonly user: string;
  readonly meta: KeptMeta;
  readonly result: KeptResult;
}

const KEEP_DAYS = 90;
const DAY_MS = 86_400_000;
const FORM = { siv: true, pad: true };

/** Until when a run is kept, ms. The id of a run holds its time. */
export function keptUntil(id: string): number {
  return madeAt(id) + KEEP_DAYS * DAY_MS;
}

/** When the run was made, ms. */
export function madeAt(id: string): number {
  return Number.parseInt(id.slice(0, 13).replace('-', ''), 16);
}

/** Runs up to this id (a uuid) have expired. */
export function expiredBefore(now: number): string {
  const at = Math.max(0, now - KEEP_DAYS * DAY_MS);
  return `${newUuid(at).slice(0, 14)}7000-8000-000000000000`;
}

/** The row that keeps a run. */
export function sealRun(state: LedgerState, { id, user, meta, result }: KeptRun): SavedRunRow {
  const key = newKey();
  const { record } = state.clientKeys;
  const bytes = Buffer.from(JSON.stringify(result));
  return {
    id,
    user,
    purgeVersion: state.head.purgeVersion,
    wrapped: sealUnder(record, ['run-key', state.id, id, user], key.export(), FORM),
    meta: sealMeta(state, id, user, meta),
    result: sealBlob(key, 1, ['saved-result', state.id, id, user], bytes, FORM),
  };
}

export function sealMeta(state: LedgerState, id: string, user: string, meta: KeptMeta): Buffer {
  const bytes = Buffer.from(JSON.stringify(meta));
  return sealUnder(state.clientKeys.record, ['saved-run', state.id, id, user], bytes, FORM);
}

/** Throws SealError. */
export function openMeta(state: LedgerState, id: string, user: string, sealed: Buffer): KeptMeta {
  const parts = ['saved-run', state.id, id, user];
  return JSON.parse(openUnder(state.clientKeys.record, parts, sealed, FORM).toString());
}

/** A run that is still kept. What has expired, or is from before somebody was erased, is as unknown as
 * what never was: 404. */
export async function readKeptRun(
  { database, now }: House,
  state: LedgerState,
  id: string,
): Promise<KeptRun> {
  const [[row]] = (await database.batch([state.id], [readSavedRun(state.id, id)])) as [Row[]];
  const isKept = row !== undefined && keptUntil(id) > now();
  if (!isKept || row.purge_version !== state.head.purgeVersion) throw notFound();
  const user = row.user_id as string;
  const key = openKey(state, id, user, row.wrapped as Buffer);
  const parts = ['saved-result', state.id, id, user];
  const bytes = openBlob(key, 1, parts, row.result as Buffer, FORM);
  return {
    id,
    user,
    meta: openMeta(state, id, user, row.meta as Buffer),
    result: JSON.parse(bytes.toString()) as KeptResult,
  };
}

function openKey(state: LedgerState, id: string, user: string, wrapped: Buffer): KeyObject {
  const bytes = openUnder(state.clientKeys.record, ['run-key', state.id, id, user], wrapped, FORM);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
