/**
 * Root keys in a file of mode 0600, with or without a passphrase. Other processes' rotations are seen;
 * nothing is ever logged. A machine's administrator can read a file without passphrase.
 */
import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AadPart } from '../crypto/aad.ts';
import { newKey } from '../crypto/random-key.ts';
import { SealError } from '../crypto/seal-error.ts';
import { unwrapKey, wrapKey, wrappedUnderVersion } from '../crypto/wrap.ts';
import { KeyFileError } from './key-file-error.ts';
import {
  decodeKeyFile,
  encodeKeyFile,
  newProtection,
  type Protection,
  protectionOf,
  type RootKeys,
} from './key-file-format.ts';
import {
  checkPrivateDirectory,
  createPrivateFile,
  fileIdentity,
  readPrivateFile,
  replacePrivateFile,
} from './private-file.ts';
import type { RootKeyProvider } from './root-key-provider.ts';
import type { Share } from './shares/share.ts';

/** The keys of a file can be had, for tests and for what changes the file itself. */
export interface FileProvider extends RootKeyProvider {
  current(): { readonly version: number; readonly key: KeyObject };
  get(version: number): KeyObject | undefined;
  /** Protects the file in another way from now on; processes that opened it before must restart. */
  protect(protection: Protection): void;
}

/** The path of the key file within its directory (`DIR/keys`). */
export function rootKeyPath(directory: string): string {
  return join(directory, 'root.json');
}

/** Whether there is a key file. Without one, `createRootKeyFile`: but only for an empty database. */
export function hasRootKeyFile(directory: string): boolean {
  return existsSync(rootKeyPath(directory));
}

/**
 * Makes the directory (0700, in an existing one) if need be and a file with one new root key, version 1. Throws
 * KeyFileError when there is a file already.
 */
export async function createRootKeyFile(directory: string, passphrase?: string): Promise<void> {
  if (!existsSync(directory)) mkdirSync(directory, { mode: 0o700 });
  checkPrivateDirectory(directory);
  const root = { current: 1, keys: new Map([[1, newKey()]]) };
  const text = encodeKeyFile(root, await newProtection(passphrase));
  createPrivateFile(rootKeyPath(directory), text);
}

/**
 * Opens the key file. Throws KeyFileError, with path and remedy, when it is missing, damaged or open
 * to others, or when the passphrase is missing or wrong.
 */
export async function openFileProvider(
  directory: string,
  passphrase?: string,
  shares?: readonly Share[],
): Promise<FileProvider> {
  const path = rootKeyPath(directory);
  const protection = await protectionOf(readPrivateFile(path), path, { passphrase, shares });
  return new RootKeyFile(path, protection);
}

/** Whether the root keys are in a file. */
export function isFileProvider(root: RootKeyProvider): root is FileProvider {
  return root instanceof RootKeyFile;
}

class RootKeyFile implements FileProvider {
  readonly #path: string;
  #protection: Protection;
  #root: RootKeys;
  #identity: string;
  #closed = false;

  constructor(path: string, protection: Protection) {
    this.#path = path;
    this.#protection = protection;
    this.#identity = fileIdentity(path);
    this.#root = this.#decode(readPrivateFile(path));
  }

  current() {
    // A key wrapped under a version that another process has just destroyed would be lost.
    this.#refresh();
    const { current, keys } = this.#root;
    return { version: current, key: keys.get(current)! };
  }

  get(version: number) {
    if (!this.#root.keys.has(version)) this.#refresh();
    return this.#root.keys.get(version);
  }

  currentVersion() {
    return this.current().version;
  }

  has(version: number) {
    return this.get(version) !== undefined;
  }

  wrap(aadParts: readonly AadPart[], key: KeyObject) {
    const { key: kek, version } = this.current();
    return wrapKey(kek, version, aadParts, key);
  }

  unwrap(aadParts: readonly AadPart[], wrapped: Buffer) {
    const version = wrappedUnderVersion(wrapped);
    const kek = this.get(version);
    if (!kek) throw new SealError('key-version');
    return unwrapKey(kek, version, aadParts, wrapped);
  }

  async rotate() {
    let version = 0;
    this.#change((root) => {
      version = Math.max(...root.keys.keys()) + 1;
      return { current: version, keys: new Map(root.keys).set(version, newKey()) };
    });
    return { version };
  }

  async destroy(version: number) {
    this.#change((root) => {
      if (version === root.current) {
        throw new KeyFileError(`root key ${version} is the current one: rotate first`);
      }
      const keys = new Map(root.keys);
      if (!keys.delete(version)) throw new KeyFileError(`there is no root key ${version}`);
      return { current: root.current, keys };
    });
  }

  protect(protection: Protection) {
    this.#checkOpen();
    replacePrivateFile(this.#path, (text) => {
      const root = this.#decode(text);
      const next = encodeKeyFile(root, protection);
      // Read back what is about to replace the only copy.
      decodeKeyFile(next, this.#path, protection);
      return next;
    });
    this.#protection = protection;
    this.#refresh();
  }

  close() {
    this.#closed = true;
    this.#root = { current: 0, keys: new Map() };
  }

  #change(change: (root: RootKeys) => RootKeys): void {
    this.#checkOpen();
    replacePrivateFile(this.#path, (text) => {
      const next = encodeKeyFile(change(this.#decode(text)), this.#protection);
      // Read back what is about to replace the only copy.
      this.#decode(next);
      return next;
    });
    this.#refresh();
  }

  #refresh(): void {
    this.#checkOpen();
    const identity = fileIdentity(this.#path);
    if (identity === this.#identity) return;
    const { current, keys } = this.#decode(readPrivateFile(this.#path));
    // The same KeyObjects for the same versions: commitments are cached per object.
    for (const [version, key] of keys) {
      const held = this.#root.keys.get(version);
      if (held?.equals(key)) keys.set(version, held);
    }
    this.#root = { current, keys };
    this.#identity = identity;
  }

  #decode(text: string): RootKeys {
    return decodeKeyFile(text, this.#path, this.#protection);
  }

  #checkOpen(): void {
    if (this.#closed) throw new KeyFileError('the root keys are closed');
  }
}
