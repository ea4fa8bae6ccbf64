/** What an import was asked to do and by whom, sealed under its own key, so that another process can
 * carry it on and its undoing knows whose it is. */
import type { KeyObject } from 'node:crypto';
import type { Mapping } from '../../../contract/mapping.ts';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import type { ImportMode } from './import-status.ts';

/** `refuse`: one bad row and nothing is stored. `skip`: rows with errors are left out. */
export type OnError = 'refuse' | 'skip';

export interface ImportPlan {
  /** Bare uuid of who started it. */
  readonly user: string;
  readonly purpose: string | null;
  readonly mode: ImportMode;
  readonly onError: OnError;
  readonly types: readonly string[];
  /** The version of what the client held. */
  readonly catalogue: number;
  readonly startedAt: number;
  readonly chunks: number;
  readonly mapping: Mapping;
}

const FORM = { siv: true, pad: true };

export function sealPlan(key: KeyObject, client: string, id: string, plan: ImportPlan): Buffer {
  return sealBlob(key, 1, ['import-plan', client, id], Buffer.from(JSON.stringify(plan)), FORM);
}

/** Throws SealError. */
export function openPlan(key: KeyObject, client: string, id: string, sealed: Buffer): ImportPlan {
  return JSON.parse(openBlob(key, 1, ['import-plan', client, id], sealed, FORM).toString());
}
