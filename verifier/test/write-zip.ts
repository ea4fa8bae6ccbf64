// A zip writer that can also lie, for tests of the reader.
import { crc32, deflateRawSync } from 'node:zlib';
import type { Files } from './build-bundle.ts';

export interface ZipEntry {
  name: string;
  bytes: Buffer;
  isDeflated: boolean;
  /** Lies: what the headers say instead of the truth. */
  claims?: {
    localName?: string;
    size?: number;
    crc?: number;
    flags?: number;
    method?: number;
    local?: number;
  };
}

export const zipOf = (files: Files, isDeflated = false): Buffer =>
  writeZip(Object.entries(files).map(([name, bytes]) => ({ name, bytes, isDeflated })));

export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, isDeflated, claims = {} } of entries) {
    const packed = isDeflated ? deflateRawSync(bytes) : bytes;
    const flags = claims.flags ?? 0;
    const method = claims.method ?? (isDeflated ? 8 : 0);
    const crc = claims.crc ?? crc32(bytes);
    const size = claims.size ?? bytes.length;
    const localName = Buffer.from(claims.localName ?? name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x0403_4b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(crc, 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(size, 22);
    local.writeUInt16LE(localName.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x0201_4b50, 0);
    central.writeUInt16LE(20, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(Buffer.byteLength(name), 28);
    central.writeUInt32LE(claims.local ?? offset, 42);
    directory.push(central, Buffer.from(name));
    parts.push(local, localName, packed);
    offset += 30 + localName.length + packed.length;
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, table, end]);
}
