// Remembers entries that scanEntry accepted. An entry that differs from a remembered one only in its time, salt, subjects
// and changes is well-formed if these four are, and makes the same claim: one comparison instead of a scan.
import type { Claim } from './rule-a.ts';
import { bytesEqual } from './scan-bytes.ts';
import { type Scanned, scanChanges, scanSalt, scanSubjects, scanTime } from './scan-entry.ts';

const SETS = 256;
const WAYS = 4;
/** Longer entries are not remembered. */
const LENGTH_MAX = 4096;
/** Where the time stands in every entry by a user, and how long it is without its Z. */
const TIME = 58;
const TIME_LENGTH = 23;

export interface Remembered extends Scanned {
  length: number;
  /** Which run of which turn this entry was last counted in (scan-block.ts). */
  turn: number;
  run: number;
  /** Its claim, once it was asked for. */
  claim: Claim | null;
}

export interface EntryMemo {
  remembered: (Remembered | undefined)[];
  copies: DataView;
  copyBytes: Uint8Array;
  next: number;
}

export function createEntryMemo(): EntryMemo {
  const copyBytes = new Uint8Array(SETS * WAYS * LENGTH_MAX);
  const remembered = new Array<Remembered | undefined>(SETS * WAYS).fill(undefined);
  return { remembered, copies: new DataView(copyBytes.buffer), copyBytes, next: 0 };
}

/** The remembered entry that this one equals but for time, salt, subjects and changes, all of them valid; leaves the time in `found`. */
export function recall(
  memo: EntryMemo,
  v: DataView,
  start: number,
  end: number,
  found: Scanned,
): Remembered | null {
  const length = end - start;
  if (length < 128) return null;
  const first = setOf(v, start, length) * WAYS;
  for (let slot = first; slot < first + WAYS; slot++) {
    const known = memo.remembered[slot];
    if (known === undefined || known.length !== length) continue;
    if (!isSame(memo.copies, slot * LENGTH_MAX, known, v, start)) continue;
    return scanTime(v, start + TIME, found) < 0 ? null : known;
  }
  return null;
}

/** Remembers an entry that scanEntry accepted. Null if it is too long to be remembered. */
export function remember(
  memo: EntryMemo,
  v: DataView,
  start: number,
  end: number,
  found: Scanned,
): Remembered | null {
  const length = end - start;
  if (length > LENGTH_MAX || length < 128) return null;
  memo.next = (memo.next + 1) % WAYS;
  const slot = setOf(v, start, length) * WAYS + memo.next;
  memo.copyBytes.set(new Uint8Array(v.buffer, v.byteOffset + start, length), slot * LENGTH_MAX);
  const known: Remembered = { ...found, length, turn: -1, run: -1, claim: null };
  memo.remembered[slot] = known;
  return known;
}

function setOf(v: DataView, start: number, length: number): number {
  // The end of the actor's id and the length tell most kinds of entries apart; a clash costs one comparison.
  const mixed = Math.imul(v.getInt32(start + 46, true) ^ (length * 0x9e37), 0x85eb_ca6b);
  return (mixed ^ (mixed >>> 15)) & (SETS - 1);
}

function isSame(w: DataView, q: number, known: Remembered, v: DataView, p: number): boolean {
  const { changes, changesEnd, salt, subjects, subjectsEnd, length } = known;
  const afterTime = TIME + TIME_LENGTH;
  const afterSalt = salt + 24;
  return (
    bytesEqual(w, q, v, p, TIME) &&
    bytesEqual(w, q + afterTime, v, p + afterTime, changes - afterTime) &&
    bytesEqual(w, q + changesEnd, v, p + changesEnd, salt - changesEnd) &&
    bytesEqual(w, q + afterSalt, v, p + afterSalt, subjects - afterSalt) &&
    bytesEqual(w, q + subjectsEnd, v, p + subjectsEnd, length - subjectsEnd) &&
    scanSalt(v, p + salt) === p + afterSalt &&
    scanSubjects(v, p + subjects) === p + subjectsEnd &&
    scanChanges(v, p + changes) === p + changesEnd
  );
}
