/** PostgreSQL's binary array format, which the driver sends untouched when given a Buffer: it spares
 * the escaping of every element. */
import { uuidBytes } from './crypto/uuid-bytes.ts';

const UUID_OID = 2950;
const BYTEA_OID = 17;
const INT8_OID = 20;
const INT4_OID = 23;

/** uuid[] from uuid strings. */
export function uuidArray(uuids: readonly string[]): Buffer {
  const out = header(UUID_OID, uuids.length, uuids.length * 20);
  let at = 20;
  for (const uuid of uuids) {
    out.writeInt32BE(16, at);
    uuidBytes(uuid).copy(out, at + 4);
    at += 20;
  }
  return out;
}

/** uuid[] from ids of 16 bytes, one behind the other, taken in the given order. */
export function uuidArrayOfBytes(ids: Buffer, order: Uint32Array): Buffer {
  const out = header(UUID_OID, order.length, order.length * 20);
  let at = 20;
  for (const place of order) {
    out.writeInt32BE(16, at);
    ids.copy(out, at + 4, 16 * place, 16 * place + 16);
    at += 20;
  }
  return out;
}

/** bytea[] from buffers. */
export function byteaArray(items: readonly Uint8Array[]): Buffer {
  let size = 0;
  for (const item of items) size += 4 + item.length;
  const out = header(BYTEA_OID, items.length, size);
  let at = 20;
  for (const item of items) {
    out.writeInt32BE(item.length, at);
    out.set(item, at + 4);
    at += 4 + item.length;
  }
  return out;
}

/** bigint[] from safe integers. */
export function int8Array(items: readonly number[]): Buffer {
  const out = header(INT8_OID, items.length, items.length * 12);
  let at = 20;
  for (const item of items) {
    out.writeInt32BE(8, at);
    out.writeBigInt64BE(BigInt(item), at + 4);
    at += 12;
  }
  return out;
}

/** integer[] from 32-bit integers. */
export function int4Array(items: readonly number[]): Buffer {
  const out = header(INT4_OID, items.length, items.length * 8);
  let at = 20;
  for (const item of items) {
    out.writeInt32BE(4, at);
    out.writeInt32BE(item, at + 4);
    at += 8;
  }
  return out;
}

function header(elementOid: number, length: number, bodyBytes: number): Buffer {
  if (length === 0) {
    const empty = Buffer.alloc(12);
    empty.writeInt32BE(elementOid, 8);
    return empty;
  }
  const out = Buffer.allocUnsafe(20 + bodyBytes);
  out.writeInt32BE(1, 0);
  out.writeInt32BE(0, 4);
  out.writeInt32BE(elementOid, 8);
  out.writeInt32BE(length, 12);
  out.writeInt32BE(1, 16);
  return out;
}
