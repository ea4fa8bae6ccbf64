import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { digestOfText, idOf, timeOf } from '../test/sample.ts';
import { FACTS } from '../test/sample-facts.ts';
import { noVectors, readVector } from '../test/shared-vectors.ts';
import { ALGORITHMS, type Oddity, signed, softPasskey } from '../test/soft-passkey.ts';
import type { Fact, Signature } from './fact.ts';
import { isSignedBy, type PasskeyAdded, verifySignature } from './signature.ts';
import { VerificationError } from './verification-error.ts';

const LEDGER = 'worksmartly/cli_01900000-0000-7000-8000-000000000001';
const USER = idOf('usr', 1);
const PASSKEY = softPasskey(idOf('pky', 1), USER);
const FACT = FACTS['nda.signed'];
const AT = timeOf(1000);
const OFFER = {
  nonce: Buffer.alloc(16, 7).toString('base64url'),
  size: 12,
  root: Buffer.alloc(32, 1).toString('base64'),
  at: timeOf(0),
  until: timeOf(300_000),
};
const GOOD = signed(PASSKEY, LEDGER, FACT, OFFER);

/** The reason for which it is refused, or null. */
function refusalOf(
  fact: Fact,
  passkey: PasskeyAdded = PASSKEY.fact,
  at: string | null = AT,
  origin = LEDGER,
): string | null {
  try {
    verifySignature(origin, fact, passkey, at);
    return null;
  } catch (error) {
    assert.ok(error instanceof VerificationError, String(error));
    return error.reason;
  }
}

const withSignature = (changes: Partial<Signature>): Fact => ({
  ...GOOD,
  signature: { ...GOOD.signature!, ...changes },
});
const odd = (oddity: Oddity): Fact => signed(PASSKEY, LEDGER, FACT, OFFER, oddity);

test('a fact signed by the person it binds verifies, with each algorithm', () => {
  for (const algorithm of ALGORITHMS) {
    const passkey = softPasskey(idOf('pky', 2), USER, algorithm);
    const fact = signed(passkey, LEDGER, FACT, OFFER);
    assert.equal(refusalOf(fact, passkey.fact), null, algorithm);
    assert.equal(refusalOf(fact), 'signature-invalid', `${algorithm}, another key of the user`);
  }
});

test('a fact without a signature is told apart from one that does not verify', () => {
  assert.equal(refusalOf({ ...FACT, signature: null }), 'signature-missing');
});

test('a signature is worth nothing on another fact, ledger, person or key', () => {
  const fact: Fact = { ...GOOD, version: '2026-02' };
  assert.equal(refusalOf(fact), 'signature-invalid');
  assert.equal(refusalOf({ ...GOOD, user: idOf('usr', 2) }), 'signature-invalid');
  assert.equal(refusalOf(GOOD, PASSKEY.fact, AT, 'worksmartly/provider'), 'signature-invalid');
  const other = softPasskey(idOf('pky', 3), idOf('usr', 2));
  assert.equal(refusalOf(GOOD, other.fact), 'signature-invalid');
  assert.equal(refusalOf(GOOD, { ...PASSKEY.fact, user: idOf('usr', 2) }), 'signature-invalid');
  assert.equal(refusalOf(GOOD, { ...PASSKEY.fact, id: idOf('pky', 3) }), 'signature-invalid');
  const { publicKey } = other.fact;
  assert.equal(refusalOf(GOOD, { ...PASSKEY.fact, publicKey }), 'signature-invalid');
  assert.equal(refusalOf(withSignature({ publicKey })), 'signature-invalid');
});

test('every part of what was shown is under the signature', () => {
  const changes: Partial<Signature>[] = [
    { by: idOf('usr', 2) },
    { nonce: Buffer.alloc(16, 8).toString('base64url') },
    { size: 13 },
    { root: Buffer.alloc(32, 2).toString('base64') },
    { at: timeOf(1) },
    { until: timeOf(300_001) },
    { passkey: idOf('pky', 9) },
  ];
  for (const change of changes) {
    assert.equal(refusalOf(withSignature(change)), 'signature-invalid', JSON.stringify(change));
  }
});

test('a flipped bit anywhere in the assertion is refused, and so is every shorter or longer one', () => {
  for (const name of ['authenticatorData', 'clientDataJSON', 'value', 'publicKey'] as const) {
    const good = Buffer.from(GOOD.signature![name], 'base64url');
    const damaged: Buffer[] = [Buffer.concat([good, Buffer.from([0])])];
    for (let bit = 0; bit < good.length * 8; bit++) {
      const flipped = Buffer.from(good);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      damaged.push(flipped);
    }
    for (let length = 0; length < good.length; length++) damaged.push(good.subarray(0, length));
    for (const bytes of damaged) {
      const fact = withSignature({ [name]: bytes.toString('base64url') });
      assert.equal(refusalOf(fact), 'signature-invalid', `${name} ${bytes.toString('hex')}`);
    }
  }
});

test('only one spelling of the binary members is accepted', () => {
  const { value, authenticatorData } = GOOD.signature!;
  const variants = [`${value}=`, `${value}\n`, value.replaceAll('-', '+').concat('='), ` ${value}`];
  for (const variant of variants) {
    assert.equal(refusalOf(withSignature({ value: variant })), 'signature-invalid', variant);
  }
  // 37 bytes leave four unused bits in the last character.
  const last = authenticatorData.at(-1)!;
  const next = String.fromCharCode(last.charCodeAt(0) + 1);
  const sloppy = authenticatorData.slice(0, -1) + next;
  assert.equal(refusalOf(withSignature({ authenticatorData: sloppy })), 'signature-invalid');
});

test('an assertion for another site, by another ceremony or without the person is refused', () => {
  const challenge = Buffer.alloc(32).toString('base64url');
  const oddities: Record<string, Oddity> = {
    'another rpId': { rpId: 'evil.example' },
    'nobody present': { flags: 0x04 },
    'not verified': { flags: 0x01 },
    'backed up but not eligible': { flags: 0x15 },
    'a key in it': { flags: 0x45 },
    'extensions announced': { flags: 0x85 },
    'extensions not announced': { extensions: Buffer.from([0xa0]) },
    'extensions that are no map': { flags: 0x85, extensions: Buffer.from([0x40]) },
    'a registration': { clientData: { type: 'webauthn.create' } },
    'another challenge': { clientData: { challenge } },
    'another origin': { clientData: { origin: 'https://worksmartly.example:8443' } },
    'within another site': { clientData: { crossOrigin: true } },
    'crossOrigin that is no flag': { clientData: { crossOrigin: 'false' } },
    'a top origin': { clientData: { topOrigin: 'https://evil.example' } },
    'not JSON': { clientDataJSON: 'x' },
    'a list': { clientDataJSON: '[]' },
    null: { clientDataJSON: 'null' },
    'a byte order mark': { clientDataJSON: `\ufeff${clientData()}` },
    'a key twice': {
      clientDataJSON: clientData().replace('{', '{"origin":"https://evil.example",'),
    },
    'a key twice, escaped': { clientDataJSON: clientData().replace('{', '{"\\u006frigin":"x",') },
    'a key twice further in': { clientDataJSON: clientData().replace('}', ',"x":{"a":1,"a":2}}') },
  };
  for (const [what, oddity] of Object.entries(oddities)) {
    assert.equal(refusalOf(odd(oddity)), 'signature-invalid', what);
  }
});

/** What the browser wrote for GOOD. */
function clientData(): string {
  return Buffer.from(GOOD.signature!.clientDataJSON, 'base64url').toString();
}

test('what browsers and authenticators may add is accepted', () => {
  const oddities: Record<string, Oddity> = {
    'unknown keys': {
      clientData: { other_keys_can_be_added_here: 'do not compare: "a":1', x: [{}] },
    },
    'without crossOrigin': { clientData: { crossOrigin: undefined } },
    'escaped slashes': { clientDataJSON: clientData().replaceAll('/', '\\/') },
    'white space': { clientDataJSON: clientData().replaceAll(',', ' ,\n') },
    'a synced passkey': { flags: 0x1d },
    extensions: { flags: 0x85, extensions: Buffer.from([0xa0]) },
  };
  for (const [what, oddity] of Object.entries(oddities)) {
    assert.equal(refusalOf(odd(oddity)), null, what);
  }
});

test('a fact is recorded within its offer: from its first millisecond to before its last', () => {
  const times = { [timeOf(-1)]: 'signature-invalid', [timeOf(0)]: null, [timeOf(299_999)]: null };
  for (const [at, refusal] of Object.entries({
    ...times,
    [timeOf(300_000)]: 'signature-invalid',
  })) {
    assert.equal(refusalOf(GOOD, PASSKEY.fact, at), refusal, at);
  }
  assert.equal(refusalOf(GOOD, PASSKEY.fact, null), null, 'a mirror');
});

test('a short nonce and a root that is none are refused', () => {
  for (const offer of [{ nonce: Buffer.alloc(15).toString('base64url') }, { root: 'AAAA' }]) {
    const fact = signed(PASSKEY, LEDGER, FACT, { ...OFFER, ...offer });
    assert.equal(refusalOf(fact), 'signature-invalid', JSON.stringify(offer));
  }
});

test('keys of other kinds sign nothing', () => {
  const message = Buffer.from(digestOfText('message'));
  const pairs = [
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
    generateKeyPairSync('rsa', { modulusLength: 1024 }),
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
    generateKeyPairSync('ed448'),
  ];
  for (const { publicKey, privateKey } of pairs) {
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    const isDigesting = publicKey.asymmetricKeyType === 'ed448';
    const value = sign(isDigesting ? null : 'sha256', message, privateKey);
    assert.equal(isSignedBy(spki, message, value), false, `${publicKey.asymmetricKeyType}`);
  }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const value = sign('sha256', message, privateKey);
  assert.equal(isSignedBy(spki, message, value), true);
  const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  assert.equal(isSignedBy(spki, message, raw), false, 'not DER');
  assert.equal(isSignedBy(Buffer.concat([spki, Buffer.from([0])]), message, value), false);
});

test('the public vectors of Ed25519 are accepted and refused as they say', {
  skip: noVectors,
}, () => {
  interface Group {
    publicKey: { pk: string };
    tests: { tcId: number; msg: string; sig: string; result: 'valid' | 'invalid' }[];
  }
  const { testGroups } = readVector<{ testGroups: Group[] }>('wycheproof/ed25519_test.json');
  let seen = 0;
  for (const { publicKey, tests } of testGroups) {
    const x = Buffer.from(publicKey.pk, 'hex').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const spki = key.export({ format: 'der', type: 'spki' });
    for (const { tcId, msg, sig, result } of tests) {
      const found = isSignedBy(spki, Buffer.from(msg, 'hex'), Buffer.from(sig, 'hex'));
      assert.equal(found, result === 'valid', `test ${tcId}`);
      seen++;
    }
  }
  assert.ok(seen > 100);
});
