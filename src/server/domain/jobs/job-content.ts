/** What the row of a job keeps sealed under the client's record key. */

import type { LedgerState } from '../../ledger/ledger-state.ts';
import { uniqueHash } from '../../vault/crypto/unique-hash.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { JobContent } from '../../vault/job-sql.ts';
import type { Job, Json, Progress } from './job-kind.ts';

export interface JobBody extends Pick<Job, 'principal' | 'purpose' | 'types'> {
  readonly kind: string;
  readonly parameters: Json;
  readonly cursor: Json;
  readonly progress: Progress;
  /** Why it ended as it did. */
  readonly reasons: readonly string[];
  /** What only one job of the client at a time may do; null when it is in nobody's way. */
  readonly slot: string | null;
}

const FORM = { siv: true, pad: true };

export function sealJob(state: LedgerState, id: string, body: JobBody): Buffer {
  const bytes = Buffer.from(JSON.stringify(body));
  return sealUnder(state.clientKeys.record, ['job', state.id, id], bytes, FORM);
}

/** What the row stores beside its state. */
export function jobContent(state: LedgerState, id: string, body: JobBody): JobContent {
  const slot = body.slot && uniqueHash(state.clientKeys.unique, 'job-slot', body.slot);
  return { slot: slot || null, ct: sealJob(state, id, body) };
}

/** Throws SealError. */
export function openJob(state: LedgerState, id: string, ct: Buffer): JobBody {
  const bytes = openUnder(state.clientKeys.record, ['job', state.id, id], ct, FORM);
  return JSON.parse(bytes.toString());
}
