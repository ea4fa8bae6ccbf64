/** Takes the signature of an offer: what is stored is what the verifier accepts, recorded in the same
 * transaction that uses the offer up. The call that it stands for was decided again, and its fact must
 * still be the one that was shown. */

import type { Fact, Signature } from '#verifier/fact.ts';
import { jcs } from '#verifier/jcs.ts';
import { verifySignature } from '#verifier/signature.ts';
import { VerificationError } from '#verifier/verification-error.ts';
import { parseId } from '../../../contract/ids.ts';
import { REASONS } from '../../../contract/promises.ts';
import { conflict, Refusal } from '../../fault.ts';
import { useOffer } from '../../vault/signing-offer-sql.ts';
import type { Call, DomainOperation, FactsResult } from '../operation.ts';
import { type OwnPasskey, passkeysOf } from './passkeys-of.ts';
import { offeredCall } from './stand-in.ts';
import type { StoredOffer } from './stored-offer.ts';

interface Assertion {
  readonly credential: string;
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

export const completeSignature: DomainOperation = {
  standsFor: offeredCall,
  async run(call) {
    const { at, standsFor } = call;
    const { input, signs, offer } = standsFor!;
    const { stored, isUsed } = offer!;
    if (isUsed) throw conflict('offer-used', 'This was signed already; a signature counts once.');
    const until = Date.parse(stored.offer.until);
    if (at >= until) throw conflict('offer-lapsed', 'This offer has lapsed. Ask for a new one.');
    const drafted = await signs!.draft({ ...call, input }, stored.moment);
    if (drafted === null || jcs(drafted.fact) !== jcs(stored.fact)) {
      throw conflict(
        'offer-outdated',
        'What you were shown was changed meanwhile. Look at it again, then sign.',
      );
    }
    const passkey = passkeyOf(call, stored);
    const result = await drafted.record(signedFact(call, stored, passkey));
    return { ...result, facts: once(call, result.facts!, passkey, until) };
  },
};

/** Refuses what the verifier would refuse. */
function signedFact(call: Call, { offer, fact }: StoredOffer, passkey: OwnPasskey): Fact {
  const { authenticatorData, clientDataJSON, signature: value } = call.input.body as Assertion;
  const { id, publicKey } = passkey.fact;
  const shown = { authenticatorData, clientDataJSON, value };
  const signature: Signature = { ...offer, passkey: id, publicKey, ...shown };
  const signed = { ...fact, signature };
  try {
    const at = new Date(call.at).toISOString();
    verifySignature(call.state.keys.origin, signed, passkey.fact, at);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw invalid(error);
  }
  return signed;
}

function passkeyOf({ house, state, input }: Call, { offer }: StoredOffer): OwnPasskey {
  const { credential } = input.body as Assertion;
  const found = passkeysOf(house, state, offer.by).find(
    ({ fact }) => fact.credential === credential,
  );
  if (!found) throw invalid();
  return found;
}

/** The fact, its passkey before it where this ledger does not know it yet, and the offer used up. */
function once(
  { house, state, input }: Call,
  facts: FactsResult,
  { fact, source }: OwnPasskey,
  until: number,
): FactsResult {
  const { provider } = house.ledgers;
  const id = parseId('offer', input.params.id)!;
  const isMirrored = facts.list.some(
    (each) => each.fact.type === 'passkey.added' && each.fact.id === fact.id,
  );
  const isHere = source === undefined || isMirrored;
  const shift = isHere ? 0 : 1;
  const list = facts.list.map((each) =>
    each.mirrors === undefined ? each : { ...each, mirrors: each.mirrors + shift },
  );
  return {
    ...facts,
    list: isHere ? list : [{ state, fact, source }, ...list],
    // A passkey that is removed meanwhile signs nothing.
    depends: [
      ...(facts.depends ?? []),
      ...(state === provider ? [] : [{ state: provider, authIndex: provider.authority.index }]),
    ],
    statements: [...(facts.statements ?? []), useOffer(state.id, id)],
    until: Math.min(until, facts.until ?? Number.POSITIVE_INFINITY),
  };
}

function invalid(cause?: VerificationError): Refusal {
  const { promise, sentence } = REASONS['signature-invalid'];
  return new Refusal(403, ['signature-invalid'], sentence, { promise, cause });
}
