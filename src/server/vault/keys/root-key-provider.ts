/** Where root keys come from. They wrap the clients' keys and are never in the database. */
import type { KeyObject } from 'node:crypto';

export interface RootKey {
  readonly version: number;
  readonly key: KeyObject;
}

export interface RootKeyProvider {
  /** The version to wrap new keys under. */
  current(): RootKey;
  /** A version still held, or undefined; what it wrapped cannot be opened any more then. */
  get(version: number): KeyObject | undefined;
  /** Adds a version and makes it the current one. Older ones stay until destroyed. */
  rotate(): Promise<{ version: number }>;
  /** Removes an old version for good. Throws for the current one: nothing could be opened any more. */
  destroy(version: number): Promise<void>;
  /** Forgets the keys. */
  close(): void;
}
