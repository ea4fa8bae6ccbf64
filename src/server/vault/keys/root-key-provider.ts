/** Where root keys come from. They wrap the clients' keys and are never in the database. What a provider
 * hands out are wraps, not keys: one that keeps them in hardware has no others to give. */
import type { KeyObject } from 'node:crypto';
import type { AadPart } from '../crypto/aad.ts';

export interface RootKeyProvider {
  /** The version that `wrap` takes. */
  currentVersion(): number;
  /** Whether a version is still held; what it wrapped cannot be opened any more otherwise. */
  has(version: number): boolean;
  /** The key wrapped under the current version, which stands in the wrap: see `wrappedUnderVersion`.
   * `aadParts` say whose key it is and what for. */
  wrap(aadParts: readonly AadPart[], key: KeyObject): Buffer;
  /** The key, or SealError: of a destroyed version, for another owner, or changed. */
  unwrap(aadParts: readonly AadPart[], wrapped: Buffer): KeyObject;
  /** Adds a version and makes it the current one. Older ones stay until destroyed. */
  rotate(): Promise<{ version: number }>;
  /** Removes an old version for good. Throws for the current one: nothing could be opened any more. */
  destroy(version: number): Promise<void>;
  /** Forgets the keys. */
  close(): void;
}
