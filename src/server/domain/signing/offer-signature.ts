/** Makes the exact fact that a call would record and offers it for signature: id and times are fixed now,
 * and the signer is shown the ledger's size and root of this moment. Nothing is recorded of it but the
 * asking. */
import { randomBytes } from 'node:crypto';
import { rootOfFrontier } from '#verifier/merkle.ts';
import { challengeOf, signerOf, statementOf } from '#verifier/signature.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { conflict } from '../../fault.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { newUuid } from '../../uuid.ts';
import { deleteLapsedOffers } from '../../vault/signing-offer-sql.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { passkeysOf } from './passkeys-of.ts';
import { shownDocuments } from './shown-documents.ts';
import { notOwn, notYours } from './signer.ts';
import { askedFor } from './stand-in.ts';
import { storeOffer } from './stored-offer.ts';

const OFFER_MS = 10 * 60 * 1000;
const NONCE_BYTES = 24;

export const offerSignature: DomainOperation = {
  standsFor: askedFor,
  async run(call) {
    const { house, state, principal, at, standsFor } = call;
    const { operation, input, signs } = standsFor!;
    const moment = { at, uuid: newUuid(at) };
    const drafted = await signs!.draft({ ...call, input }, moment);
    if (drafted === null) throw notYours();
    const { fact } = drafted;
    const by = toId('user', principal.user);
    if (signerOf(fact) !== by) throw notOwn();
    const passkeys = passkeysOf(house, state, by);
    if (passkeys.length === 0) {
      throw conflict('no-passkey', 'You have no passkey to sign with. Add one, then sign.');
    }
    const seen = await seenBy(call);
    const until = new Date(at + OFFER_MS).toISOString();
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const offer = { by, nonce, ...seen, at: new Date(at).toISOString(), until };
    const statement = statementOf(state.keys.origin, fact, offer);
    const id = toId('offer', moment.uuid);
    const { params, body } = input;
    const stored = { operation: operation.id, params, body, moment, fact, offer };
    const documents = await shownDocuments(house, state, fact);
    return {
      types: [],
      work: {
        statements: [
          deleteLapsedOffers(state.id, at),
          storeOffer(state, parseId('offer', id)!, stored),
        ],
      },
      answer: () => ({
        id,
        statement,
        challenge: challengeOf(statement).toString('base64url'),
        passkeys: passkeys.map(({ fact: { credential, rpId } }) => ({ credential, rpId })),
        documents,
        until,
      }),
    };
  },
};

/** The ledger as it stands in the database now: another process may have added to it. */
async function seenBy({ house, state }: Call): Promise<{ size: number; root: string }> {
  await house.ledgers.refresh(state);
  const { head }: LedgerState = state;
  return { size: head.size, root: rootOfFrontier(head.frontier).toString('base64') };
}
