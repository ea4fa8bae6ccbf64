/** The digest that stands in an entry for a list of changes too long to be written out (FORMATS §1),
 * over the packed changes of an import: the JCS text is hashed as it is written, never held. */
import { createHash } from 'node:crypto';
import { CHANGE_BYTES } from '../../ledger/changed-records.ts';

const HEX = Buffer.from('0123456789abcdef');
const START = '{"digest":"sha256:';
const MIDDLE = '","record":"rec_';
const END = '","revision":';
const RECORD_AT = START.length + 64 + MIDDLE.length;
const REVISION_AT = RECORD_AT + 36 + END.length;
/** With a comma, ten digits and a brace. */
const TEXT_BYTES_MAX = REVISION_AT + 12;
const CHANGES_PER_WRITE = 1024;

/** `sha256:` and the hex SHA-256 of the JCS text of all changes, in the order of (record, revision). */
export function digestChanges(parts: readonly Uint8Array[]): string {
  const changes = Buffer.concat(parts);
  const order = sortChanges(changes);
  const sha256 = createHash('sha256');
  const text = Buffer.alloc(TEXT_BYTES_MAX * CHANGES_PER_WRITE);
  let end = text.write('[', 0, 'latin1');
  for (const [i, index] of order.entries()) {
    if (i > 0) text[end++] = 0x2c;
    end = writeChange(text, end, changes, CHANGE_BYTES * index);
    if ((i + 1) % (CHANGES_PER_WRITE - 1) === 0) {
      sha256.update(text.subarray(0, end));
      end = 0;
    }
  }
  end += text.write(']', end, 'latin1');
  return `sha256:${sha256.update(text.subarray(0, end)).digest('hex')}`;
}

function writeChange(out: Buffer, start: number, changes: Buffer, from: number): number {
  out.write(START, start, 'latin1');
  writeHex(out, start + START.length, changes, from + 20, from + 52);
  out.write(MIDDLE, start + START.length + 64, 'latin1');
  let at = start + RECORD_AT;
  let byte = from;
  for (const length of [4, 2, 2, 2, 6]) {
    if (byte > from) out[at++] = 0x2d;
    at = writeHex(out, at, changes, byte, byte + length);
    byte += length;
  }
  at += out.write(END, at, 'latin1');
  at += out.write(String(changes.readUInt32BE(from + 16)), at, 'latin1');
  out[at++] = 0x7d;
  return at;
}

function writeHex(out: Buffer, start: number, bytes: Buffer, from: number, until: number): number {
  let at = start;
  for (let i = from; i < until; i++) {
    const byte = bytes[i]!;
    out[at++] = HEX[byte >> 4]!;
    out[at++] = HEX[byte & 15]!;
  }
  return at;
}

/** The places of the changes, ordered by record id and then by revision. */
function sortChanges(changes: Buffer): Uint32Array {
  const count = changes.length / CHANGE_BYTES;
  const order = new Uint32Array(count);
  let at = 0;
  for (const group of groupsByTime(changes, count)) {
    order.set(sortGroup(changes, group), at);
    at += group.length;
  }
  return order;
}

/** Ids begin with their time, and an import's new ones all with the same: groups in order of time. */
function groupsByTime(changes: Buffer, count: number): number[][] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const time = changes.readUIntBE(CHANGE_BYTES * i, 6);
    const group = groups.get(time);
    if (group) group.push(i);
    else groups.set(time, [i]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** Sorts by 32 bits behind the time natively, and what is equal there by comparing everything. */
function sortGroup(changes: Buffer, group: readonly number[]): Uint32Array {
  const keys = new BigUint64Array(group.length);
  // Little-endian, as on every machine that Node runs on: the index below, the key above.
  const words = new Uint32Array(keys.buffer);
  for (const [i, index] of group.entries()) {
    words[2 * i] = index;
    words[2 * i + 1] = changes.readUInt32BE(CHANGE_BYTES * index + 6);
  }
  keys.sort();
  const order = new Uint32Array(group.length);
  for (let i = 0; i < group.length; i++) {
    const index = words[2 * i]!;
    let place = i;
    while (place > 0 && words[2 * place - 1] === words[2 * i + 1]) {
      if (compare(changes, order[place - 1]!, index) < 0) break;
      order[place] = order[place - 1]!;
      place--;
    }
    order[place] = index;
  }
  return order;
}

function compare(changes: Buffer, a: number, b: number): number {
  const [left, right] = [CHANGE_BYTES * a, CHANGE_BYTES * b];
  return changes.compare(changes, right, right + 20, left, left + 20);
}
