/** What whoever signed in does with the own passkeys; adding and removing one needs a fresh proof. */
import { parseId, toId } from '../../../contract/ids.ts';
import type { CreatedJson } from '../../../contract/operations-sign-in.ts';
import { conflict, notFound, Refusal } from '../../fault.ts';
import { readLedgersOf } from '../access/clients-of-user.ts';
import type { DomainOperation } from '../operation.ts';
import { isChallengeFor, newChallenge, spendChallenge } from './challenge.ts';
import { enrol, enrolmentOptions } from './enrol.ts';
import { passkeysOf } from './own-passkeys.ts';
import { sessionOf } from './own-session.ts';
import { removePasskey } from './passkey-sql.ts';
import { endSessionsBy } from './session-sql.ts';

const PASSKEYS_MAX = 10;

export const listPasskeys: DomainOperation = {
  run({ house, principal }) {
    const items = passkeysOf(house, principal.user).map(({ fact }) => ({
      id: fact.id,
      from: new Date(madeAt(parseId('passkey', fact.id)!)).toISOString(),
      isCurrent: fact.id === (principal.passkey && toId('passkey', principal.passkey)),
    }));
    return { answer: () => ({ items }) };
  },
};

export const passkeyOptions: DomainOperation = {
  async run({ house, principal, at }) {
    const challenge = newChallenge(house, 'enrol', sessionOf(principal), at);
    const options = await enrolmentOptions(house, principal.user, challenge);
    return { answer: () => ({ options }) };
  },
};

export const addPasskey: DomainOperation = {
  async run({ house, state, principal, input, at }) {
    const session = sessionOf(principal);
    const { user } = principal;
    if (passkeysOf(house, user).length >= PASSKEYS_MAX) {
      throw conflict('too-many-passkeys', `Nobody needs more than ${PASSKEYS_MAX} passkeys.`);
    }
    const { created } = input.body as { created: CreatedJson };
    const isExpected = (challenge: string) =>
      isChallengeFor(house, challenge, 'enrol', session, at);
    const enrolled = await enrol(house, state, user, created, at, isExpected, notMade);
    return {
      facts: {
        list: enrolled.list,
        statements: [...spendChallenge(enrolled.challenge, at), enrolled.statement],
      },
      answer: () => ({ id: toId('passkey', enrolled.passkey) }),
    };
  },
};

/** The last one stays: without any, its user could only be recovered. */
export const dropPasskey: DomainOperation = {
  async run({ house, state, principal, input }) {
    const { user } = principal;
    const id = input.params.id!;
    const own = passkeysOf(house, user);
    if (!own.some(({ fact }) => fact.id === id)) throw notFound();
    if (own.length === 1) throw conflict('last-passkey', 'Add another passkey first.');
    const passkey = parseId('passkey', id)!;
    const by = toId('user', user);
    const fact = { type: 'passkey.removed' as const, id: null, ref: id, by, signature: null };
    const ledgers = await readLedgersOf(house, user);
    return {
      facts: {
        list: [{ state, fact }, ...ledgers.map((client) => ({ state: client, fact, mirrors: 0 }))],
        statements: [removePasskey(passkey, user), endSessionsBy(passkey)],
      },
      answer: () => ({ id }),
    };
  },
};

/** A UUIDv7 begins with its millisecond. */
function madeAt(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);
}

function notMade(cause?: unknown): Refusal {
  return new Refusal(403, ['not-proven'], 'This passkey was not made as was asked. Begin again.', {
    promise: 'sure-who-it-is',
    cause,
  });
}
