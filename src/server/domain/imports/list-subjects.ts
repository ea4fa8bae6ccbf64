/** The list of people of an import, too long for its entry: its JCS text in parts, and the digest of
 * the whole (FORMATS §1). */
import { createHash } from 'node:crypto';
import { uuidOfHex } from '../../vault/crypto/uuid-bytes.ts';
import { asBuffer } from './file/detect-encoding.ts';

const IDS_PER_PART = 25_000;

/** `people` holds ids of 16 bytes, each once. */
export function listSubjects(people: readonly Uint8Array[]): {
  digest: string;
  parts: readonly Uint8Array[];
} {
  const ids = subjectIds(people).sort();
  const sha256 = createHash('sha256');
  const parts: Uint8Array[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_PART) {
    const list = ids.slice(at, at + IDS_PER_PART).join('","');
    const isLast = at + IDS_PER_PART >= ids.length;
    const part = Buffer.from(`${at === 0 ? '["' : ',"'}${list}"${isLast ? ']' : ''}`);
    sha256.update(part);
    parts.push(part);
  }
  return { digest: `sha256:${sha256.digest('hex')}`, parts };
}

/** Prefixed ids, in the order of the bytes. */
export function subjectIds(people: readonly Uint8Array[]): string[] {
  return people.flatMap((bytes) => {
    const hex = asBuffer(bytes).toString('hex');
    return Array.from({ length: bytes.length / 16 }, (_, i) => {
      return `sub_${uuidOfHex(hex.slice(32 * i, 32 * i + 32))}`;
    });
  });
}
