import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { newKey } from '../../crypto/random-key.ts';
import { createRootKeyFile, openFileProvider, rootKeyPath } from '../file-provider.ts';
import { KeyFileError } from '../key-file-error.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { formatShare, parseShare, type Share } from './share.ts';
import { joinKey, splitKey } from './split-key.ts';

/** A copy: joining wipes what it was given. */
const copy = (share: Share): Share => ({ ...share, bytes: Buffer.from(share.bytes) });

test('base32 gives back what it was given, however it is typed in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 90 }), (bytes) => {
      const text = encodeBase32(bytes);
      assert.deepEqual(decodeBase32(text), Buffer.from(bytes));
      const typed = text
        .toLowerCase()
        .replaceAll('0', 'o')
        .replaceAll('1', 'l')
        .replaceAll('-', ' ');
      assert.deepEqual(decodeBase32(typed), Buffer.from(bytes));
    }),
  );
  assert.equal(decodeBase32('U*'), null);
});

test('any k of n shares give the key back, in any order; fewer do not', async () => {
  const key = newKey();
  for (const [total, threshold] of [
    [2, 2],
    [3, 2],
    [5, 3],
    [6, 6],
  ] as const) {
    const shares = await splitKey(key, total, threshold);
    for (let from = 0; from + threshold <= total; from++) {
      const chosen = shares
        .slice(from, from + threshold)
        .reverse()
        .map(copy);
      assert.ok((await joinKey(chosen)).equals(key));
      assert.ok(chosen.every(({ bytes }) => bytes.every((byte) => byte === 0)));
    }
    const few = shares.slice(0, threshold - 1).map(copy);
    await assert.rejects(joinKey(few), /shares are needed|were given/);
  }
  for (const [total, threshold] of [
    [1, 1],
    [3, 1],
    [3, 4],
    [60, 3],
  ] as const) {
    await assert.rejects(splitKey(key, total, threshold), KeyFileError);
  }
});

test('a share is read back from its text, and a slip of the pen is noticed', async () => {
  const [share] = await splitKey(newKey(), 3, 2);
  const text = await formatShare(share!);
  const parsed = parseShare(`  ${text.toLowerCase()} \n`);
  assert.deepEqual(await parsed.open(), share);
  const letters = [...text].map((letter, i) => [letter, i] as const).filter(([, i]) => i > 4);
  for (const [letter, i] of letters) {
    if (letter === '-') continue;
    const other = letter === '7' ? '8' : '7';
    const typed = `${text.slice(0, i)}${other}${text.slice(i + 1)}`;
    assert.throws(() => parseShare(typed), KeyFileError, `at ${i}`);
  }
  assert.throws(() => parseShare(text.slice(0, -6)), KeyFileError);
  assert.throws(() => parseShare('correct horse'), /begins with WSS1/);
});

test('a share under a passphrase opens with it and with no other', async () => {
  const [share] = await splitKey(newKey(), 3, 2);
  const parsed = parseShare(await formatShare(share!, 'battery staple'));
  assert.ok(parsed.needsPassphrase);
  assert.deepEqual(await parsed.open('battery staple'), share);
  await assert.rejects(parsed.open('Battery staple'), /passphrase for share 1 is wrong/);
  await assert.rejects(parsed.open(), /needs its custodian/);
});

test('shares that are mixed, repeated or altered are refused, and it is said which', async () => {
  const key = newKey();
  const [a, b] = [await splitKey(key, 3, 2), await splitKey(key, 3, 2)];
  await assert.rejects(joinKey([copy(a[0]!), copy(b[1]!)]), /share 2 is of another splitting/);
  await assert.rejects(joinKey([copy(a[0]!), copy(a[0]!)]), /share 1 was given twice/);
  await assert.rejects(joinKey([]), /none was given/);
});

test('a split root key file opens with enough of its shares and with nothing else', async (context) => {
  const parent = mkdtempSync(join(tmpdir(), 'worksmartly-shares-'));
  context.after(() => rmSync(parent, { recursive: true }));
  const directory = join(parent, 'keys');
  await createRootKeyFile(directory);
  const provider = await openFileProvider(directory);
  const wrapped = provider.wrap(['k'], newKey());
  const secret = newKey();
  const shares = await splitKey(secret, 3, 2);
  const { set, threshold, total } = shares[0]!;
  const root = provider.current().key.export().toString('base64');
  assert.ok(readFileSync(rootKeyPath(directory), 'utf8').includes(root));
  provider.protect({ kind: 'shares', set, threshold, total, key: secret });
  assert.ok(!readFileSync(rootKeyPath(directory), 'utf8').includes(root));
  provider.unwrap(['k'], wrapped);
  await assert.rejects(openFileProvider(directory), /needs 2 of its 3 shares/);
  await assert.rejects(openFileProvider(directory, 'a passphrase'), KeyFileError);
  const open = (...given: Share[]) => openFileProvider(directory, undefined, given.map(copy));
  (await open(shares[2]!, shares[0]!)).unwrap(['k'], wrapped);
  await assert.rejects(open(shares[1]!), /2 shares are needed, and 1 were given/);
  const foreign = await splitKey(secret, 3, 2);
  await assert.rejects(open(shares[0]!, foreign[1]!), /share 2 is of another splitting than/);
  const altered = copy(shares[1]!);
  altered.bytes[3]! ^= 1;
  await assert.rejects(open(shares[0]!, altered), /one of them is not what was handed out/);
  // Another threshold written into the file opens nothing either.
  const text = readFileSync(rootKeyPath(directory), 'utf8');
  writeFileSync(rootKeyPath(directory), text.replace('"total":3', '"total":4'));
  await assert.rejects(open(shares[0]!, shares[1]!), /damaged/);
});
