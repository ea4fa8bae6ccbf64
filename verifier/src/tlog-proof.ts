// C2SP tlog-proof: a receipt that proves offline that one entry is in a log, down to the log's signature.
import { fromBase64 } from './base64.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import { parseVkey, verifyNote } from './note.ts';
import { VerificationError } from './verification-error.ts';

const HEADER = 'c2sp.org/tlog-proof@v1\n';

export interface TlogProof {
  index: bigint;
  /** Audit path, nearest first, 32 bytes each. */
  proof: Buffer[];
  /** The signed note, verbatim. */
  checkpoint: string;
}

/** The text of a `.tlog-proof` file. */
export function formatTlogProof({ index, proof, checkpoint }: TlogProof): string {
  const hashes = proof.map((hash) => `${hash.toString('base64')}\n`).join('');
  return `${HEADER}index ${index}\n${hashes}\n${checkpoint}`;
}

/** Reads such a text without verifying it; an `extra` line is skipped. Throws VerificationError('not-canonical'). */
export function parseTlogProof(text: string): TlogProof {
  const parts =
    /^c2sp\.org\/tlog-proof@v1\n(?:extra [A-Za-z0-9+/=]*\n)?index (0|[1-9][0-9]{0,19})\n((?:[A-Za-z0-9+/]{43}=\n){0,64})\n/.exec(
      text,
    );
  if (!parts) throw new VerificationError('not-canonical', 'malformed proof');
  const proof = parts[2]!
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const hash = fromBase64(line, 32);
      if (!hash) throw new VerificationError('not-canonical', 'malformed hash in a proof');
      return hash;
    });
  return { index: BigInt(parts[1]!), proof, checkpoint: text.slice(parts[0].length) };
}

/**
 * Proves that `entry` (its exact bytes) is entry `index` of the log whose key is `vkey`; the origin must be the key's name.
 * Throws VerificationError with `signature-invalid`, `root-differs` or `not-canonical`.
 */
export function verifyTlogProof(
  text: string,
  entry: Uint8Array,
  vkey: string,
): { index: bigint; checkpoint: Checkpoint } {
  const { index, proof, checkpoint: note } = parseTlogProof(text);
  const key = parseVkey(vkey);
  const checkpoint = parseCheckpoint(verifyNote(note, [key]).text);
  if (checkpoint.origin !== key.name) {
    throw new VerificationError('signature-invalid', 'the checkpoint is of another log');
  }
  const { root } = checkpoint;
  verifyInclusion({ index, size: BigInt(checkpoint.size), leaf: leafHash(entry), proof, root });
  return { index, checkpoint };
}
