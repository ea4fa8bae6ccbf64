/** Sets of people as bits, one per number. */

export type Bitmap = Uint32Array;

export function newBitmap(people: number): Bitmap {
  return new Uint32Array((people + 31) >>> 5);
}

export function setBit(bitmap: Bitmap, number: number): void {
  bitmap[number >>> 5]! |= 1 << (number & 31);
}

export function clearBit(bitmap: Bitmap, number: number): void {
  bitmap[number >>> 5]! &= ~(1 << (number & 31));
}

export function hasBit(bitmap: Bitmap, number: number): boolean {
  return ((bitmap[number >>> 5]! >>> (number & 31)) & 1) === 1;
}

/** Keeps in `bitmap` only what is in `other` too, which may be shorter. */
export function intersect(bitmap: Bitmap, other: Bitmap): void {
  for (let i = 0; i < bitmap.length; i++) bitmap[i]! &= other[i] ?? 0;
}

export function countBits(bitmap: Bitmap): number {
  let count = 0;
  for (let i = 0; i < bitmap.length; i++) {
    let word = bitmap[i]!;
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Calls `visit` for every number in the set, ascending. */
export function forEachBit(bitmap: Bitmap, visit: (number: number) => void): void {
  for (let i = 0; i < bitmap.length; i++) {
    for (let word = bitmap[i]!; word !== 0; word &= word - 1) {
      visit(32 * i + 31 - Math.clz32(word & -word));
    }
  }
}
