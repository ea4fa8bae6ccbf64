/** What is kept of detection for one ledger, sealed under its record key: opened, and sealed again. */
import { jcs } from '#verifier/jcs.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openCanaries, sealCanaries } from '../../vault/canary-list.ts';
import type { BlobForm } from '../../vault/crypto/seal.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Database, Row } from '../../vault/database.ts';
import {
  type DetectionColumns,
  insertDetectionState,
  readDetectionState,
} from '../../vault/detection-sql.ts';

/** The first entry that is not evaluated, and the first that correlations may still need. */
export interface Place {
  readonly next: number;
  readonly from: number;
}

export interface DetectionState {
  readonly place: Place;
  /** As it is stored: whoever moves on names what it moves on from. */
  readonly storedPlace: Buffer;
  readonly seen: readonly string[];
  /** Bare uuids. */
  readonly canaries: readonly string[];
  readonly storedCanaries: Buffer;
}

const FORM: BlobForm = { siv: true, pad: true };
const LABELS = {
  place: 'detection-place',
  seen: 'detection-seen',
} as const;

/** Makes the row when it is missing: then everything is evaluated from the beginning, so whoever removes
 * a row hides nothing. Throws SealError. */
export async function readState(database: Database, of: LedgerState): Promise<DetectionState> {
  const [[row]] = (await database.batch([of.id], [readDetectionState(of.id)])) as [Row[]];
  if (row) return openState(of, row);
  const first: DetectionColumns = {
    place: sealPlace(of, { next: 0, from: 0 }),
    seen: sealSeen(of, []),
    canaries: sealCanaries(of.clientKeys.record, of.id, []),
  };
  const [, rows] = await database.batch(
    [of.id],
    [insertDetectionState(of.id, first), readDetectionState(of.id)],
  );
  return openState(of, rows![0]!);
}

export function sealPlace(of: LedgerState, { next, from }: Place): Buffer {
  return seal(of, 'place', { next, from });
}

export function sealSeen(of: LedgerState, seen: readonly string[]): Buffer {
  return seal(of, 'seen', seen);
}

function openState(of: LedgerState, row: Row): DetectionState {
  return {
    place: open(of, 'place', row) as Place,
    storedPlace: row.place as Buffer,
    seen: open(of, 'seen', row) as string[],
    canaries: openCanaries(of.clientKeys.record, of.id, row.canaries as Buffer),
    storedCanaries: row.canaries as Buffer,
  };
}

function seal(
  { id, clientKeys }: LedgerState,
  column: keyof typeof LABELS,
  value: unknown,
): Buffer {
  return sealUnder(clientKeys.record, [LABELS[column], id], Buffer.from(jcs(value)), FORM);
}

function open({ id, clientKeys }: LedgerState, column: keyof typeof LABELS, row: Row): unknown {
  const bytes = openUnder(clientKeys.record, [LABELS[column], id], row[column] as Buffer, FORM);
  return JSON.parse(bytes.toString());
}
