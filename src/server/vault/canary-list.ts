/** Which people of a client are canaries, sealed. The list is always of the same length, so that nobody
 * sees how many there are, or whether there are any. */
import { CANARIES_MAX } from '../../contract/operations-detection.ts';
import type { BlobForm } from './crypto/seal.ts';
import { openUnder, sealUnder, type VersionedKey } from './crypto/versioned-key.ts';

const FORM: BlobForm = { siv: true, pad: true };
const LABEL = 'canaries';
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Bare uuids. */
export function sealCanaries(
  key: VersionedKey,
  client: string,
  canaries: readonly string[],
): Buffer {
  const padded = Array.from({ length: CANARIES_MAX }, (_, i) => canaries[i] ?? NOBODY);
  return sealUnder(key, [LABEL, client], Buffer.from(JSON.stringify(padded)), FORM);
}

/** Throws SealError. */
export function openCanaries(key: VersionedKey, client: string, sealed: Buffer): string[] {
  const bytes = openUnder(key, [LABEL, client], sealed, FORM);
  return (JSON.parse(bytes.toString()) as string[]).filter((one) => one !== NOBODY);
}
