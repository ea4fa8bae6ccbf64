// Whose word a bundle rests on: the keys it names, the checkpoint they signed, and what the outsider brought along.
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import type { Keys, Manifest } from './manifest.ts';
import { parseVkey, type Vkey, verifyNote } from './note.ts';
import { VerificationError } from './verification-error.ts';

export interface Evidence {
  manifest: Manifest;
  keys: Keys;
  /** The bundle's signed note. */
  note: string;
  /** The pinned vkey and the older signed note, where the outsider has them. */
  key: string | undefined;
  since: string | undefined;
}

/** What is signed, and what that rests on beyond the bundle itself. */
export interface Authenticated {
  checkpoint: Checkpoint;
  since: Checkpoint | null;
  /** Whether the key that signed the checkpoint is one that the outsider brought, or that signed what they brought. */
  isKeyPinned: boolean;
}

/** Throws VerificationError: `signature-invalid`, or `entry-missing` if the older checkpoint covers more than the newer. */
export function authenticate(evidence: Evidence): Authenticated {
  const { manifest, keys, note } = evidence;
  const origin = `worksmartly/${manifest.client}`;
  for (const { name } of [keys.log, ...keys.previous.map(({ vkey }) => vkey)]) {
    if (name !== origin) throw invalid('keys.json: a key of another ledger');
  }
  const checkpoint = parseCheckpoint(verifyNote(note, [keys.log]).text);
  if (checkpoint.origin !== origin) throw invalid('the checkpoint is of another ledger');
  const since = readSince(evidence, origin, checkpoint);
  const isKeyPinned = verifyPin(evidence, since?.signedBy ?? []);
  return { checkpoint, since: since?.checkpoint ?? null, isKeyPinned };
}

/** The log.key facts name the keys of keys.json, the current one last; throws VerificationError('signature-invalid'). */
export function verifyLogKeys(keys: Keys, recorded: readonly string[]): void {
  if (recorded.length === 0) return;
  if (recorded.at(-1) !== keys.logText) throw invalid('not the log key last recorded');
  const listed = new Set([keys.logText, ...keys.previous.map(({ text }) => text)]);
  const known = new Set(recorded);
  if (listed.symmetricDifference(known).size > 0) {
    throw invalid('keys.json and the recorded log keys differ');
  }
}

function readSince(
  { keys, since }: Evidence,
  origin: string,
  current: Checkpoint,
): { checkpoint: Checkpoint; signedBy: Vkey[] } | null {
  if (since === undefined) return null;
  const all = [keys.log, ...keys.previous.map(({ vkey }) => vkey)];
  const { text, signedBy } = verifyNote(since, all);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== origin) throw invalid('the older checkpoint is of another ledger');
  const retired = keys.previous.filter(({ untilSize }) => untilSize < checkpoint.size);
  if (signedBy.every((vkey) => retired.some((key) => key.vkey === vkey))) {
    throw invalid('the older checkpoint was signed with a key that was no longer in use');
  }
  if (checkpoint.size > current.size) {
    throw new VerificationError('entry-missing', 'the ledger is shorter than it was');
  }
  return { checkpoint, signedBy };
}

function verifyPin({ keys, note, key }: Evidence, sinceSignedBy: readonly Vkey[]): boolean {
  if (key === undefined) return sinceSignedBy.includes(keys.log);
  if (key === keys.logText) return true;
  const pin = parseVkey(key);
  // A key that was replaced since still vouches for the older checkpoint, and that one for what it covers.
  const isSame = (vkey: Vkey): boolean =>
    vkey.name === pin.name && vkey.publicKey.equals(pin.publicKey);
  if (sinceSignedBy.some(isSame)) return false;
  verifyNote(note, [pin]);
  return true;
}

function invalid(detail: string): VerificationError {
  return new VerificationError('signature-invalid', detail);
}
