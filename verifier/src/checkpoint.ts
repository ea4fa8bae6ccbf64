// C2SP tlog-checkpoint: the text that a log signs about itself. Extension lines are refused, no one could audit them.
import { fromBase64 } from './base64.ts';
import { VerificationError } from './verification-error.ts';

/** A log's claim: `size` entries whose Merkle root (32 bytes) is `root`. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Buffer;
}

/** The note text; throws TypeError on a malformed origin, size or root. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (!/^[^\s\p{C}]+$/u.test(origin)) throw new TypeError('checkpoint: malformed origin');
  if (!Number.isSafeInteger(size) || size < 0) throw new TypeError('checkpoint: malformed size');
  if (root.length !== 32) throw new TypeError('checkpoint: a root has 32 bytes');
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Reads a note text; throws VerificationError('signature-invalid') unless it is exactly such a text. */
export function parseCheckpoint(text: string): Checkpoint {
  const parts = /^([^\s\p{C}]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/u.exec(text);
  const root = parts && fromBase64(parts[3]!, 32);
  const size = Number(parts?.[2]);
  if (!parts || !root || !Number.isSafeInteger(size)) {
    throw new VerificationError('signature-invalid', 'malformed checkpoint');
  }
  return { origin: parts[1]!, size, root };
}
