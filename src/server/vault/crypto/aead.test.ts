import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decrypt, encryptInPlace, type Suite, TAG_BYTES } from './aead.ts';
import { SealError } from './seal-error.ts';

const vectors = new URL('../../../../../shared/vectors/wycheproof/', import.meta.url);

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function encrypt(suite: Suite, key: string, nonce: string, aad: string, text: string): string {
  const body = Buffer.concat([hex(text), Buffer.alloc(TAG_BYTES)]);
  encryptInPlace(suite, createSecretKey(hex(key)), hex(nonce), hex(aad), body);
  return body.toString('hex');
}

function open(suite: Suite, key: string, nonce: string, aad: string, body: string): string {
  return decrypt(suite, createSecretKey(hex(key)), hex(nonce), hex(aad), hex(body)).toString('hex');
}

interface Group {
  keySize: number;
  ivSize: number;
  tests: {
    tcId: number;
    key: string;
    iv: string;
    aad: string;
    msg: string;
    ct: string;
    tag: string;
    result: 'valid' | 'invalid';
  }[];
}

test('AES-256-GCM gives what Wycheproof expects, and refuses other key and nonce sizes', (context) => {
  const file = new URL('aes_gcm_test.json', vectors);
  if (!existsSync(file)) return context.skip('../shared/vectors/wycheproof is not there');
  const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as { testGroups: Group[] };
  let run = 0;
  let sizesRefused = 0;
  for (const { keySize, ivSize, tests } of testGroups) {
    for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
      const body = ct + tag;
      if (keySize !== 256 || ivSize !== 96) {
        assert.throws(() => open('aes-256-gcm', key, iv, aad, body), RangeError, `test ${tcId}`);
        sizesRefused++;
      } else if (result === 'valid') {
        assert.equal(encrypt('aes-256-gcm', key, iv, aad, msg), body, `test ${tcId}`);
        assert.equal(open('aes-256-gcm', key, iv, aad, body), msg, `test ${tcId}`);
        run++;
      } else {
        assert.throws(() => open('aes-256-gcm', key, iv, aad, body), SealError, `test ${tcId}`);
        run++;
      }
    }
  }
  assert.ok(run > 60 && run + sizesRefused === 316, `${run} run, ${sizesRefused} refused by size`);
});

const key = `01${'00'.repeat(31)}`;
const nonce = `03${'00'.repeat(11)}`;
const block = (first: string) => first + '00'.repeat(15);

// RFC 8452, appendix C.2: [key, nonce, aad, plaintext, result]
const rfc8452 = [
  [key, nonce, '', '', '07f5f4169bbf55a8400cd47ea6fd400f'],
  [key, nonce, '', '0100000000000000', 'c2ef328e5c71c83b843122130f7364b761e0b97427e3df28'],
  [
    key,
    nonce,
    '',
    '010000000000000000000000',
    '9aab2aeb3faa0a34aea8e2b18ca50da9ae6559e48fd10f6e5c9ca17e',
  ],
  [key, nonce, '', block('01'), '85a01b63025ba19b7fd3ddfc033b3e76c9eac6fa700942702e90862383c6c366'],
  [
    key,
    nonce,
    '',
    block('01') + block('02'),
    '4a6a9db4c8c6549201b9edb53006cba821ec9cf850948a7c86c68ac7539d027fe819e63abcd020b006a976397632eb5d',
  ],
  [key, nonce, '01', '0200000000000000', '1de22967237a813291213f267e3b452f02d01ae33e4ec854'],
  [
    key,
    nonce,
    '01',
    block('02') + block('03'),
    '07dad364bfc2b9da89116d7bef6daaaf6f255510aa654f920ac81b94e8bad365aea1bad12702e1965604374aab96dbbc',
  ],
  [
    'e66021d5eb8e4f4066d4adb9c33560e4f46e44bb3da0015c94f7088736864200',
    'e0eaf5284d884a0e77d31646',
    '',
    '',
    '169fbb2fbf389a995f6390af22228a62',
  ],
] as const;

test('AES-256-GCM-SIV gives the known answers of RFC 8452', () => {
  for (const [key, nonce, aad, text, result] of rfc8452) {
    assert.equal(encrypt('aes-256-gcm-siv', key, nonce, aad, text), result);
    assert.equal(open('aes-256-gcm-siv', key, nonce, aad, result), text);
  }
});

for (const suite of ['aes-256-gcm', 'aes-256-gcm-siv'] as const) {
  test(`${suite} refuses every changed bit, cut and other AAD, also of an empty text`, () => {
    for (const text of ['', '00ff', block('41') + block('42')]) {
      const body = hex(encrypt(suite, key, nonce, 'aa', text));
      const refused = (body: Buffer, aad: string, nonceHex = nonce) =>
        assert.throws(() => open(suite, key, nonceHex, aad, body.toString('hex')), {
          code: 'authentication',
        });
      for (let bit = 0; bit < body.length * 8; bit++) {
        const flipped = Buffer.from(body);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        refused(flipped, 'aa');
      }
      for (let length = 0; length < body.length; length++) refused(body.subarray(0, length), 'aa');
      refused(body, 'ab');
      refused(body, '');
      refused(body, 'aa', `04${'00'.repeat(11)}`);
    }
  });

  test(`${suite} takes 32-byte keys and 12-byte nonces only`, () => {
    assert.throws(() => encrypt(suite, 'ab'.repeat(16), nonce, '', ''), RangeError);
    assert.throws(() => encrypt(suite, key, '00'.repeat(11), '', ''), RangeError);
    assert.throws(() => encrypt(suite, key, '00'.repeat(16), '', ''), RangeError);
    assert.throws(() => open(suite, key, '00'.repeat(16), '', '00'.repeat(16)), RangeError);
  });
}
