// Reads a zip archive's table of contents from its end and trusts none of it: stored and deflated members only, every
// number checked against the file, no encryption, no duplicates, no overlaps. Names are judged by bundle.ts.
import type { FileHandle } from 'node:fs/promises';
import { VerificationError } from './verification-error.ts';

export interface ZipMember {
  name: string;
  isDeflated: boolean;
  crc: number;
  /** Bytes in the archive and bytes unpacked. */
  packed: number;
  size: number;
  /** Where the packed bytes begin. */
  start: number;
}

const END = 0x0605_4b50;
const END_64 = 0x0606_4b50;
const END_64_LOCATOR = 0x0706_4b50;
const CENTRAL = 0x0201_4b50;
const LOCAL = 0x0403_4b50;
const UTF8_AND_DESCRIPTOR = 0x0808;
const DEFLATE_LEVEL = 0x0006;
const MEMBERS_MAX = 1000;
const DIRECTORY_BYTES_MAX = 1 << 20;

/** The members by name; throws VerificationError('not-canonical') on anything irregular. */
export async function readZipMembers(file: FileHandle): Promise<Map<string, ZipMember>> {
  const { size: length } = await file.stat();
  const { count, size, offset } = await readEnd(file, length);
  if (count > MEMBERS_MAX || size > DIRECTORY_BYTES_MAX) throw bad('too many members');
  if (offset + size > length) throw bad('the table of contents is outside the file');
  const directory = await readAt(file, offset, size);
  const members = new Map<string, ZipMember>();
  const taken: [from: number, to: number][] = [[offset, length]];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const central = readCentral(directory, at);
    at = central.next;
    if (members.has(central.name)) throw bad(`two members are named ${central.name}`);
    const start = await checkLocal(file, central, offset);
    members.set(central.name, { ...central, start });
    taken.push([central.local, start + central.packed]);
  }
  if (at !== size) throw bad('the table of contents has another length than it says');
  taken.sort(([a], [b]) => a - b);
  for (let i = 1; i < taken.length; i++) {
    if (taken[i - 1]![1] > taken[i]![0]) throw bad('members overlap');
  }
  return members;
}

interface Central extends Omit<ZipMember, 'start'> {
  flags: number;
  method: number;
  /** Where the local header stands. */
  local: number;
  /** Modification time and date, as in the local header. */
  time: number;
  next: number;
}

async function readEnd(
  file: FileHandle,
  length: number,
): Promise<{ count: number; size: number; offset: number }> {
  if (length < 22) throw bad('not a zip archive');
  // A comment could hide a second table of contents, so the record must be the file's last 22 bytes.
  const end = await readAt(file, length - 22, 22);
  if (end.readUInt32LE(0) !== END || end.readUInt16LE(20) !== 0) {
    throw bad('not a zip archive, or one with a comment');
  }
  if (end.readUInt32LE(4) !== 0) throw bad('an archive in several parts');
  const count = end.readUInt16LE(10);
  if (count !== end.readUInt16LE(8)) throw bad('an archive in several parts');
  const found = { count, size: end.readUInt32LE(12), offset: end.readUInt32LE(16) };
  const is64 = count === 0xffff || found.size === 0xffff_ffff || found.offset === 0xffff_ffff;
  if (!is64) return found;
  if (length < 42) throw bad('not a zip archive');
  const locator = await readAt(file, length - 42, 20);
  const record = number64(locator, 8);
  if (locator.readUInt32LE(0) !== END_64_LOCATOR || record + 56 > length - 42) {
    throw bad('malformed zip64 record');
  }
  const end64 = await readAt(file, record, 56);
  if (end64.readUInt32LE(0) !== END_64 || number64(end64, 24) !== number64(end64, 32)) {
    throw bad('malformed zip64 record');
  }
  return { count: number64(end64, 32), size: number64(end64, 40), offset: number64(end64, 48) };
}

function readCentral(directory: Buffer, at: number): Central {
  if (at + 46 > directory.length || directory.readUInt32LE(at) !== CENTRAL) {
    throw bad('malformed table of contents');
  }
  const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
  const next = extraEnd + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw bad('malformed table of contents');
  const [flags, method] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10)];
  if ((flags & ~(UTF8_AND_DESCRIPTOR | DEFLATE_LEVEL)) !== 0)
    throw bad('encrypted or patched member');
  if (method !== 0 && method !== 8) throw bad('a member is neither stored nor deflated');
  const sizes = readSizes(directory, at, directory.subarray(nameEnd, extraEnd));
  if (method === 0 && sizes.packed !== sizes.size) throw bad('a stored member has two sizes');
  return {
    name: directory.toString('latin1', at + 46, nameEnd),
    isDeflated: method === 8,
    crc: directory.readUInt32LE(at + 16),
    time: directory.readUInt32LE(at + 12),
    flags,
    method,
    ...sizes,
    next,
  };
}

function readSizes(
  directory: Buffer,
  at: number,
  extra: Buffer,
): { packed: number; size: number; local: number } {
  let size = directory.readUInt32LE(at + 24);
  let packed = directory.readUInt32LE(at + 20);
  let local = directory.readUInt32LE(at + 42);
  const wide = zip64Field(extra);
  let p = 0;
  const next = (): number => {
    if (p + 8 > wide.length) throw bad('malformed zip64 field');
    p += 8;
    return number64(wide, p - 8);
  };
  if (size === 0xffff_ffff) size = next();
  if (packed === 0xffff_ffff) packed = next();
  if (local === 0xffff_ffff) local = next();
  return { packed, size, local };
}

function zip64Field(extra: Buffer): Buffer {
  for (let p = 0; p + 4 <= extra.length; ) {
    const end = p + 4 + extra.readUInt16LE(p + 2);
    if (end > extra.length) break;
    if (extra.readUInt16LE(p) === 1) return extra.subarray(p + 4, end);
    p = end;
  }
  return Buffer.alloc(0);
}

/** Where the member's bytes begin. The local header must tell the same story: other readers go by it. */
async function checkLocal(file: FileHandle, central: Central, limit: number): Promise<number> {
  const { local, name, flags, method, time, crc } = central;
  if (local + 30 > limit) throw bad('a member is outside the file');
  const header = await readAt(file, local, 30);
  const nameLength = header.readUInt16LE(26);
  const start = local + 30 + nameLength + header.readUInt16LE(28);
  if (start + central.packed > limit) throw bad('a member is outside the file');
  const localName = (await readAt(file, local + 30, nameLength)).toString('latin1');
  const hasDescriptor = (flags & 8) !== 0;
  const isSame =
    header.readUInt32LE(0) === LOCAL &&
    header.readUInt16LE(6) === flags &&
    header.readUInt16LE(8) === method &&
    header.readUInt32LE(10) === time &&
    (header.readUInt32LE(14) === crc || hasDescriptor) &&
    localName === name;
  if (!isSame) throw bad(`two headers of one member differ: ${name}`);
  return start;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  if (bytesRead !== length) throw bad('the archive is cut short');
  return bytes;
}

function number64(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw bad('a size that cannot be');
  return value;
}

function bad(detail: string): VerificationError {
  return new VerificationError('not-canonical', `bundle: ${detail}`);
}
