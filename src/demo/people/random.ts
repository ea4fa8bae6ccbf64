/**
 * A seeded source of random choices, so that the same seed always invents the same people.
 * For invented data only: it must never make a key, a token or a nonce.
 */
import { createHash } from 'node:crypto';

/** Draws from one deterministic stream; every method moves the stream forward. */
export interface Random {
  /** A float, 0 ≤ x < 1, with 32 bits of choice. */
  next(): number;
  /** An integer, low ≤ n ≤ high. */
  integer(low: number, high: number): number;
  /** True with the given probability (0 to 1). */
  chance(probability: number): boolean;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** One element of [element, weight] pairs; the weights need not add up to 1. */
  weighted<T>(pairs: readonly (readonly [T, number])[]): T;
}

/** A stream for a text seed: the SHA-256 of the seed starts an sfc32 generator. */
export function randomOf(seed: string): Random {
  const digest = createHash('sha256').update(seed, 'utf8').digest();
  return randomFrom(digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8));
}

/** A stream for person `index` under a base number; cheap enough for a million people. */
export function randomAt(base: number, index: number): Random {
  return randomFrom(base >>> 0, index >>> 0, Math.imul(base ^ index, 0x9e3779b1) >>> 0);
}

function randomFrom(first: number, second: number, third: number): Random {
  let a = first | 0;
  let b = second | 0;
  let c = third | 0;
  let counter = 1;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  // Neighbouring seeds give similar first draws; these are thrown away.
  for (let round = 0; round < 12; round++) draw();
  return {
    next: draw,
    integer: (low, high) => low + Math.floor(draw() * (high - low + 1)),
    chance: (probability) => draw() < probability,
    pick: (list) => list[Math.floor(draw() * list.length)] as (typeof list)[number],
    weighted: (pairs) => pickWeighted(pairs, draw()),
  };
}

function pickWeighted<T>(pairs: readonly (readonly [T, number])[], at: number): T {
  let total = 0;
  for (const pair of pairs) total += pair[1];
  let left = at * total;
  for (const [element, weight] of pairs) {
    left -= weight;
    if (left < 0) return element;
  }
  return (pairs.at(-1) as readonly [T, number])[0];
}
