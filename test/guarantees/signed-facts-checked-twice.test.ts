// The verifier's own check of an assertion and @simplewebauthn/server accept and refuse the same.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { cose, isoCBOR } from '@simplewebauthn/server/helpers';
import type { Signature } from '#verifier/fact.ts';
import { challengeOf, statementOf, verifySignature } from '#verifier/signature.ts';
import { idOf, timeOf } from '../../verifier/test/sample.ts';
import { FACTS } from '../../verifier/test/sample-facts.ts';
import { ALGORITHMS, type Oddity, signed, softPasskey } from '../../verifier/test/soft-passkey.ts';

const LEDGER = `worksmartly/${idOf('cli', 1)}`;
const FACT = FACTS['nda.signed'];
const OFFER = {
  nonce: Buffer.alloc(16, 7).toString('base64url'),
  size: 12,
  root: Buffer.alloc(32, 1).toString('base64'),
  at: timeOf(0),
  until: timeOf(300_000),
};
type Passkey = ReturnType<typeof softPasskey>;

const ODDITIES: Record<string, Oddity> = {
  'as it should be': {},
  synced: { flags: 0x1d },
  extensions: { flags: 0x85, extensions: Buffer.from([0xa0]) },
  'unknown keys': { clientData: { more: true } },
  'another rpId': { rpId: 'evil.example' },
  'nobody present': { flags: 0x04 },
  'not verified': { flags: 0x01 },
  'backed up but not eligible': { flags: 0x15 },
  'extensions announced': { flags: 0x85 },
  'extensions not announced': { extensions: Buffer.from([0xa0]) },
  'a registration': { clientData: { type: 'webauthn.create' } },
  'another challenge': { clientData: { challenge: Buffer.alloc(32).toString('base64url') } },
  'another origin': { clientData: { origin: 'https://evil.example' } },
  'not JSON': { clientDataJSON: 'x' },
};

test('an assertion is accepted by both or by neither, whole, odd or damaged, with each algorithm', async () => {
  const seen = { accepted: 0, refused: 0 };
  for (const algorithm of ALGORITHMS) {
    const passkey = softPasskey(idOf('pky', 1), idOf('usr', 1), algorithm);
    for (const [what, oddity] of Object.entries(ODDITIES)) {
      const { signature } = signed(passkey, LEDGER, FACT, OFFER, oddity);
      seen[await compare(passkey, signature!, `${algorithm}, ${what}`)]++;
    }
    const { signature } = signed(passkey, LEDGER, FACT, OFFER);
    for (const name of ['authenticatorData', 'clientDataJSON', 'value'] as const) {
      const good = Buffer.from(signature![name], 'base64url');
      for (let at = 0; at < good.length; at += 7) {
        const flipped = Buffer.from(good);
        flipped[at]! ^= 1 << (at % 8);
        for (const bytes of [flipped, good.subarray(0, at)]) {
          const damaged = { ...signature!, [name]: bytes.toString('base64url') };
          seen[await compare(passkey, damaged, `${algorithm}, ${name} at ${at}`)]++;
        }
      }
    }
  }
  assert.equal(seen.accepted, 4 * ALGORITHMS.length);
  assert.ok(seen.refused > 250, JSON.stringify(seen));
});

async function compare(
  passkey: Passkey,
  signature: Signature,
  what: string,
): Promise<'accepted' | 'refused'> {
  const [own, theirs] = [isOwnAccepting(passkey, signature), await isAccepted(passkey, signature)];
  assert.equal(own, theirs, what);
  return own ? 'accepted' : 'refused';
}

function isOwnAccepting({ fact }: Passkey, signature: Signature): boolean {
  try {
    verifySignature(LEDGER, { ...FACT, signature }, fact, timeOf(1));
    return true;
  } catch {
    return false;
  }
}

async function isAccepted({ fact }: Passkey, signature: Signature): Promise<boolean> {
  const challenge = challengeOf(statementOf(LEDGER, FACT, signature)).toString('base64url');
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id: fact.credential,
        rawId: fact.credential,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          authenticatorData: signature.authenticatorData,
          clientDataJSON: signature.clientDataJSON,
          signature: signature.value,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: fact.origin,
      expectedRPID: fact.rpId,
      requireUserVerification: true,
      credential: { id: fact.credential, publicKey: coseOf(fact.publicKey), counter: 0 },
    });
    return verified;
  } catch {
    return false;
  }
}

/** The COSE form (RFC 9053) of a SubjectPublicKeyInfo. */
function coseOf(publicKey: string): Uint8Array<ArrayBuffer> {
  const der = Buffer.from(publicKey, 'base64url');
  const jwk = createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ format: 'jwk' });
  const bytes = (text: string | undefined) => Uint8Array.from(Buffer.from(text!, 'base64url'));
  const { COSEALG, COSECRV, COSEKEYS, COSEKTY } = cose;
  const key = new Map<number, number | Uint8Array>();
  if (jwk.kty === 'EC') {
    key.set(COSEKEYS.kty, COSEKTY.EC2).set(COSEKEYS.alg, COSEALG.ES256);
    key.set(COSEKEYS.crv, COSECRV.P256).set(COSEKEYS.x, bytes(jwk.x)).set(COSEKEYS.y, bytes(jwk.y));
  } else if (jwk.kty === 'OKP') {
    key.set(COSEKEYS.kty, COSEKTY.OKP).set(COSEKEYS.alg, COSEALG.EdDSA);
    key.set(COSEKEYS.crv, COSECRV.ED25519).set(COSEKEYS.x, bytes(jwk.x));
  } else {
    key.set(COSEKEYS.kty, COSEKTY.RSA).set(COSEKEYS.alg, COSEALG.RS256);
    key.set(COSEKEYS.n, bytes(jwk.n)).set(COSEKEYS.e, bytes(jwk.e));
  }
  return isoCBOR.encode(key) as Uint8Array<ArrayBuffer>;
}
