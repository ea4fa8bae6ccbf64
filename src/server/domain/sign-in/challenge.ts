/** Challenges that passkeys sign. They are not stored when they are made: each names its end, random
 * bytes, and a keyed hash that binds it to a ceremony and to whom it was made for. The transaction
 * that uses one stores its hash, so that it is used once, whichever process answers. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { House } from '../../house.ts';
import { encodeAad } from '../../vault/crypto/aad.ts';
import type { Statement } from '../../vault/database.ts';

/** What a challenge is for; one made for another is refused. */
export type Ceremony = 'sign-in' | 'step-up' | 'enrol' | 'invitation';

const LIFE_MS = 5 * 60 * 1000;
const RANDOM_BYTES = 16;
const END_BYTES = 6;

/** A challenge of five minutes, base64url. `bound` is an id: of a user, a session or an invitation. */
export function newChallenge(
  house: Pick<House, 'ledgers'>,
  ceremony: Ceremony,
  bound: string,
  at: number,
): string {
  const head = Buffer.alloc(RANDOM_BYTES + END_BYTES);
  randomBytes(RANDOM_BYTES).copy(head);
  head.writeUIntBE(at + LIFE_MS, RANDOM_BYTES, END_BYTES);
  return Buffer.concat([head, macOf(house, ceremony, bound, head)]).toString('base64url');
}

/** Whether we made this challenge for that, and it has not lapsed at `at` (ms). */
export function isChallengeFor(
  house: Pick<House, 'ledgers'>,
  challenge: string,
  ceremony: Ceremony,
  bound: string,
  at: number,
): boolean {
  const bytes = Buffer.from(challenge, 'base64url');
  if (bytes.length !== RANDOM_BYTES + END_BYTES + 32) return false;
  // One spelling of each: another one would not be found among those that were used.
  if (bytes.toString('base64url') !== challenge) return false;
  const head = bytes.subarray(0, RANDOM_BYTES + END_BYTES);
  const mac = macOf(house, ceremony, bound, head);
  return timingSafeEqual(mac, bytes.subarray(head.length)) && at < endOf(head);
}

/** The statements that use a challenge up; a second use breaks `spent_challenge_pkey`. */
export function spendChallenge(challenge: string, at: number): Statement[] {
  return spendOnce(challenge, endOf(Buffer.from(challenge, 'base64url')), at);
}

/** The same for anything else that is good once, until `end` (ms). */
export function spendOnce(once: string, end: number, at: number): Statement[] {
  const hash = createHash('sha256').update(once).digest();
  return [
    {
      name: 'challenge/forget',
      text: 'delete from spent_challenge where expires_at < $1',
      values: [new Date(at - 60_000)],
    },
    {
      name: 'challenge/spend',
      text: 'insert into spent_challenge (hash, expires_at) values ($1, $2)',
      values: [hash, new Date(end)],
    },
  ];
}

function endOf(bytes: Buffer): number {
  return bytes.readUIntBE(RANDOM_BYTES, END_BYTES);
}

function macOf(
  house: Pick<House, 'ledgers'>,
  ceremony: Ceremony,
  bound: string,
  head: Buffer,
): Buffer {
  return createHmac('sha256', house.ledgers.provider.clientKeys.unique)
    .update(encodeAad('worksmartly/challenge/1', [ceremony, bound, head]))
    .digest();
}
