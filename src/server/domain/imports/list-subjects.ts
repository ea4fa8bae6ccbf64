/** The list of people of an import, too long for its entry: its JCS text in parts, and the digest of
 * the whole (FORMATS §1). */
import { createHash } from 'node:crypto';
import { uuidOfHex } from '../../vault/crypto/uuid-bytes.ts';
import { asBuffer } from './file/detect-encoding.ts';

const IDS_PER_PART = 25_000;

/** `people` holds ids of 16 bytes, some perhaps more than once. */
export function listSubjects(people: readonly Uint8Array[]): {
  count: number;
  digest: string;
  parts: readonly Uint8Array[];
} {
  const ids = subjectIds(people);
  const sha256 = createHash('sha256');
  const parts: Uint8Array[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_PART) {
    const list = ids.slice(at, at + IDS_PER_PART).join('","');
    const isLast = at + IDS_PER_PART >= ids.length;
    const part = Buffer.from(`${at === 0 ? '["' : ',"'}${list}"${isLast ? ']' : ''}`);
    sha256.update(part);
    parts.push(part);
  }
  return { count: ids.length, digest: `sha256:${sha256.digest('hex')}`, parts };
}

/** Prefixed ids, sorted, each once. */
export function subjectIds(people: readonly Uint8Array[]): string[] {
  const all = people.flatMap((bytes) => {
    const hex = asBuffer(bytes).toString('hex');
    return Array.from({ length: bytes.length / 16 }, (_, i) => {
      return `sub_${uuidOfHex(hex.slice(32 * i, 32 * i + 32))}`;
    });
  });
  return all.sort().filter((id, i) => id !== all[i - 1]);
}
