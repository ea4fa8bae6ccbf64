// Opens an evidence bundle (FORMATS §2), a zip or a directory: which members it has, and their bytes. Names other than the
// listed ones are refused, which leaves no room for paths.
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkedSource,
  fileSource,
  inflatedSource,
  type OpenSource,
  ownFileSource,
  readWhole,
} from './member-source.ts';
import { VerificationError } from './verification-error.ts';
import { readZipMembers, type ZipMember } from './zip.ts';

const REQUIRED = ['manifest.json', 'checkpoint', 'keys.json', 'entries.jsonl', 'catalogue.json'];
const POLICY = /^policies\/[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** Everything but the entries is read whole. */
const SMALL_BYTES_MAX = 64 << 20;

/** An open bundle; `close` it. Reading checks sizes, and in a zip the CRC, and throws VerificationError. */
export interface Bundle {
  /** Sorted; every required one is among them. */
  names: readonly string[];
  sizeOf(name: string): number;
  source(name: string): Promise<OpenSource>;
  close(): Promise<void>;
}

/** Throws VerificationError on a malformed bundle, and what the file system throws if there is none. */
export async function openBundle(path: string): Promise<Bundle> {
  const isDirectory = (await lstat(path)).isDirectory();
  const bundle = isDirectory ? await openDirectory(path) : await openZip(path);
  const missing = REQUIRED.find((name) => !bundle.names.includes(name));
  const unlisted = bundle.names.find((name) => !REQUIRED.includes(name) && !POLICY.test(name));
  if (missing === undefined && unlisted === undefined) return bundle;
  await bundle.close();
  if (unlisted !== undefined) throw bad('a file that does not belong here');
  throw new VerificationError('entry-missing', `bundle: no ${missing}`);
}

/** A member's bytes, for members that are small; throws VerificationError if it is not. */
export async function readMember(bundle: Bundle, name: string): Promise<Buffer> {
  const size = bundle.sizeOf(name);
  if (size > SMALL_BYTES_MAX) throw bad(`${name} is larger than ${SMALL_BYTES_MAX} bytes`);
  return readWhole(await bundle.source(name), size);
}

async function openZip(path: string): Promise<Bundle> {
  const file = await open(path);
  let members: Map<string, ZipMember>;
  try {
    members = await readZipMembers(file);
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    names: [...members.keys()].sort(),
    sizeOf: (name) => members.get(name)!.size,
    source: async (name) => {
      const { isDeflated, start, packed, size, crc } = members.get(name)!;
      const stored = fileSource(file, start, packed);
      return checkedSource(isDeflated ? inflatedSource(stored, size) : stored, crc);
    },
    close: () => file.close(),
  };
}

async function openDirectory(path: string): Promise<Bundle> {
  const sizes = new Map<string, number>();
  const add = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(join(path, prefix))) {
      const name = `${prefix}${entry}`;
      // Not following links: a link could lead out of the bundle.
      const found = await lstat(join(path, name));
      if (found.isDirectory() && name === 'policies') await add('policies/');
      else if (found.isFile()) sizes.set(name, found.size);
      else throw bad('something that is not a file');
    }
  };
  await add('');
  return {
    names: [...sizes.keys()].sort(),
    sizeOf: (name) => sizes.get(name)!,
    source: (name) => ownFileSource(join(path, name), sizes.get(name)!),
    close: async () => {},
  };
}

function bad(detail: string): VerificationError {
  return new VerificationError('not-canonical', `bundle: ${detail}`);
}
