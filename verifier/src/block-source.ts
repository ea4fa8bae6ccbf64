// Cuts a stream of bytes into blocks of whole lines, for scanBlock. Memory is fixed: lines end up in slots that are reused.
import type { Hash } from 'node:crypto';
import { ENTRY_BYTES_MAX } from './entry.ts';
import type { Fault } from './scan-block.ts';
import { SCAN_PADDING } from './scan-bytes.ts';

/** Gives the next bytes into `into`, and how many; 0 only at the end. */
export interface ByteSource {
  read(into: Uint8Array): Promise<number>;
}

const BLOCK_BYTES = 2 << 20;
const LINES_MAX = 1 << 15;
const FIRST = 8;
const NEWLINE = 0x0a;

/** One block's memory, shared between threads. */
export interface Slot {
  bytes: SharedArrayBuffer;
  ends: SharedArrayBuffer;
}

export interface OpenSlot {
  bytes: Buffer;
  ends: Int32Array;
}

export interface CutBlock {
  lines: number;
  firstIndex: number;
}

/** Where a block's first line begins in its slot. */
export const BLOCK_START: number = FIRST;

export function createSlot(): Slot {
  return {
    bytes: new SharedArrayBuffer(FIRST + BLOCK_BYTES + ENTRY_BYTES_MAX + 1 + SCAN_PADDING),
    ends: new SharedArrayBuffer(LINES_MAX * 4),
  };
}

export function openSlot({ bytes, ends }: Slot): OpenSlot {
  return { bytes: Buffer.from(bytes), ends: new Int32Array(ends) };
}

/** What stands between two blocks; `fault` says why the lines stopped, if they did before the end of the source. */
export interface BlockCutter {
  source: ByteSource;
  /** SHA-256 over all bytes read, unless nobody asks for it. */
  digest: Hash | null;
  /** Bytes already read, behind the last whole line. */
  rest: Buffer;
  isAtEnd: boolean;
  index: number;
  fault: Fault | null;
}

export function createBlockCutter(source: ByteSource, digest: Hash | null): BlockCutter {
  return { source, digest, rest: Buffer.alloc(0), isAtEnd: false, index: 0, fault: null };
}

/** Fills `slot` with the next lines; null when there are none left. */
export async function cutBlock(cutter: BlockCutter, slot: OpenSlot): Promise<CutBlock | null> {
  const { bytes, ends } = slot;
  bytes.set(cutter.rest, FIRST);
  let filled = FIRST + cutter.rest.length;
  const limit = bytes.length - SCAN_PADDING;
  while (!cutter.isAtEnd && filled < limit) {
    const read = await cutter.source.read(bytes.subarray(filled, limit));
    if (read === 0) cutter.isAtEnd = true;
    cutter.digest?.update(bytes.subarray(filled, filled + read));
    filled += read;
  }
  const { lines, to } = findLines(bytes, filled, ends);
  const rest = bytes.subarray(to, filled);
  if (rest.length > ENTRY_BYTES_MAX && lines < LINES_MAX) {
    cutter.fault = fault(cutter.index + lines, 'longer than 65535 bytes');
  } else if (cutter.isAtEnd && rest.length > 0 && lines < LINES_MAX) {
    cutter.fault = fault(cutter.index + lines, 'the last line has no newline');
  }
  // The slot is about to be read elsewhere and reused; what is left over must not be shared with it.
  cutter.rest = cutter.fault === null ? Buffer.from(rest) : Buffer.alloc(0);
  const firstIndex = cutter.index;
  cutter.index += lines;
  return lines === 0 ? null : { lines, firstIndex };
}

function findLines(bytes: Buffer, filled: number, ends: Int32Array): { lines: number; to: number } {
  let lines = 0;
  let to = FIRST;
  while (lines < LINES_MAX) {
    const end = bytes.indexOf(NEWLINE, to);
    if (end < 0 || end >= filled) break;
    ends[lines++] = end;
    to = end + 1;
  }
  return { lines, to };
}

function fault(index: number, detail: string): Fault {
  return { index, reason: 'not-canonical', detail };
}
