// Root keys in a token, against SoftHSM (Debian: softhsm2). Skipped with a notice where it is missing.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeToken, SOFT_HSM, withoutSoftHsm } from '../../../../test/support/soft-hsm.ts';
import { newKey } from '../crypto/random-key.ts';
import { SealError } from '../crypto/seal-error.ts';
import { wrappedUnderVersion } from '../crypto/wrap.ts';
import { loadCryptoki } from './pkcs11/cryptoki.ts';
import { openPkcs11Provider } from './pkcs11-provider.ts';

const MODULE = SOFT_HSM;
const skip = withoutSoftHsm;
const config = { module: MODULE, token: 'worksmartly-test', pin: '48151623' };
let directory: string;

before(() => {
  if (skip) return;
  directory = mkdtempSync(join(tmpdir(), 'worksmartly-hsm-'));
  makeToken(directory, config);
});
after(() => directory && rmSync(directory, { recursive: true, force: true }));

test('a key wrapped by the token comes back, and only for its owner and purpose', {
  skip,
}, async () => {
  const root = openPkcs11Provider(config);
  assert.ok(root.isEmpty());
  assert.deepEqual(await root.rotate(), { version: 1 });
  const key = newKey();
  const wrapped = root.wrap(['client-key', 'a'], key);
  assert.equal(wrappedUnderVersion(wrapped), 1);
  assert.ok(root.unwrap(['client-key', 'a'], wrapped).equals(key));
  assert.throws(() => root.unwrap(['client-key', 'b'], wrapped), SealError);
  assert.throws(() => root.unwrap(['user-key', 'a'], wrapped), SealError);
  assert.notDeepEqual(root.wrap(['client-key', 'a'], key), wrapped);
  root.close();
});

test('a wrap with any bit changed, or cut, does not open', { skip }, () => {
  const root = openPkcs11Provider(config);
  const wrapped = root.wrap(['client-key', 'a'], newKey());
  for (let at = 0; at < wrapped.length; at++) {
    const changed = Buffer.from(wrapped);
    changed[at]! ^= 1;
    assert.throws(() => root.unwrap(['client-key', 'a'], changed), SealError, `byte ${at}`);
  }
  for (const length of [0, 5, 33, 34, 50, wrapped.length - 1]) {
    assert.throws(() => root.unwrap(['client-key', 'a'], wrapped.subarray(0, length)), SealError);
  }
  root.close();
});

test('the key cannot be taken out of the token, by the module’s own account', { skip }, () => {
  const root = openPkcs11Provider(config);
  const cryptoki = loadCryptoki(MODULE);
  const slot = cryptoki.slotsWithToken().find((s) => cryptoki.tokenLabel(s) === config.token)!;
  const session = cryptoki.openSession(slot);
  cryptoki.login(session, Buffer.from(config.pin));
  const secretKey = Buffer.alloc(8);
  secretKey[0] = 4;
  const objects = cryptoki.findObjects(session, [{ type: 0x0, value: secretKey }]);
  assert.equal(objects.length, 1);
  const value = [{ type: 0x11, value: Buffer.alloc(32) }];
  assert.throws(() => cryptoki.readAttributes(session, objects[0]!, value), {
    code: 'CKR_0x11',
  });
  assert.deepEqual(value[0]!.value, Buffer.alloc(32));
  cryptoki.closeSession(session);
  root.close();
});

test('a new version wraps, the old one opens until it is destroyed, in every process', {
  skip,
}, async () => {
  const [a, b] = [openPkcs11Provider(config), openPkcs11Provider(config)];
  const old = a.wrap(['k'], newKey());
  const { version } = await a.rotate();
  assert.deepEqual([version, b.currentVersion()], [2, 2]);
  const renewed = b.wrap(['k'], b.unwrap(['k'], old));
  assert.equal(wrappedUnderVersion(renewed), 2);
  await assert.rejects(a.destroy(2), /rotate first/);
  await a.destroy(1);
  assert.ok(!b.has(1));
  assert.throws(() => b.unwrap(['k'], old), { code: 'key-version' });
  a.unwrap(['k'], renewed);
  a.close();
  b.close();
});

test('a session that is lost is opened anew', { skip }, () => {
  const root = openPkcs11Provider(config);
  const wrapped = root.wrap(['k'], newKey());
  // As after a restart of the HSM: every session and every handle is gone.
  loadCryptoki(MODULE).finalize();
  root.unwrap(['k'], wrapped);
  assert.equal(root.currentVersion(), 2);
  root.close();
});

test('without the token, or with another PIN, it fails closed and says what to look at', {
  skip,
}, () => {
  assert.throws(() => openPkcs11Provider({ ...config, token: 'elsewhere' }), {
    name: 'Fault',
    code: 'root-key-unavailable',
    message: /no token elsewhere/,
  });
  loadCryptoki(MODULE).finalize();
  assert.throws(
    () => openPkcs11Provider({ ...config, pin: '00000000' }),
    (error: Error) => {
      assert.match(error.message, /CKR_PIN_INCORRECT; look at WORKSMARTLY_PKCS11_PIN/);
      return !error.message.includes('00000000');
    },
  );
  assert.throws(() => openPkcs11Provider({ ...config, module: '/nonexistent.so' }), {
    code: 'root-key-unavailable',
  });
});
