import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import {
  createRootKeyFile,
  hasRootKeyFile,
  openFileProvider,
  rootKeyPath,
} from './file-provider.ts';
import { KeyFileError } from './key-file-error.ts';

interface Context {
  after(remove: () => void): void;
}

async function keyDirectory(context: Context, passphrase?: string) {
  const parent = mkdtempSync(join(tmpdir(), 'worksmartly-keys-'));
  context.after(() => rmSync(parent, { recursive: true }));
  const directory = join(parent, 'keys');
  await createRootKeyFile(directory, passphrase);
  return { directory, path: rootKeyPath(directory) };
}

test('a new key file is 0600 in a 0700 directory, and opens with the same key each time', async (context) => {
  const { directory, path } = await keyDirectory(context);
  assert.ok(hasRootKeyFile(directory));
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!existsSync(`${path}.new`));
  const [first, second] = [await openFileProvider(directory), await openFileProvider(directory)];
  assert.equal(first.current().version, 1);
  assert.ok(first.current().key.equals(second.current().key));
  assert.equal(first.get(2), undefined);
});

test('an existing key file is never replaced by a new one', async (context) => {
  const { directory, path } = await keyDirectory(context);
  const before = readFileSync(path);
  await assert.rejects(createRootKeyFile(directory), /exists already/);
  assert.deepEqual(readFileSync(path), before);
  assert.ok(!existsSync(`${path}.new`));
});

test('keys that others could read are refused, with the command that mends it', async (context) => {
  const { directory, path } = await keyDirectory(context);
  for (const mode of [0o640, 0o604, 0o620, 0o601]) {
    chmodSync(path, mode);
    await assert.rejects(openFileProvider(directory), {
      name: 'KeyFileError',
      message: `${path} is open to other users: chmod 600 '${path}'`,
    });
  }
  chmodSync(path, 0o600);
  chmodSync(directory, 0o750);
  await assert.rejects(openFileProvider(directory), {
    message: `${directory} is open to other users: chmod 700 '${directory}'`,
  });
  chmodSync(directory, 0o700);
  await openFileProvider(directory);
});

test('keys that belong to another user are refused', async (context) => {
  if (process.geteuid?.() !== 0) return context.skip('needs root to give a file away');
  const { directory, path } = await keyDirectory(context);
  chownSync(path, 12345, 12345);
  await assert.rejects(openFileProvider(directory), {
    message: `${path} belongs to another user: chown 0 '${path}'`,
  });
});

test('a missing file, a symbolic link and a directory in its place are refused', async (context) => {
  const { directory, path } = await keyDirectory(context);
  const elsewhere = `${path}.elsewhere`;
  copyFileSync(path, elsewhere);
  rmSync(path);
  await assert.rejects(openFileProvider(directory), /root\.json is missing/);
  symlinkSync(elsewhere, path);
  await assert.rejects(openFileProvider(directory), /must not be a symbolic link/);
  await assert.rejects(openFileProvider(path), KeyFileError);
});

test('rotation keeps older versions until they are destroyed, and numbers are not used again', async (context) => {
  const { directory } = await keyDirectory(context);
  const provider = await openFileProvider(directory);
  const first = provider.current().key;
  assert.deepEqual(await provider.rotate(), { version: 2 });
  assert.equal(provider.current().version, 2);
  assert.equal(provider.get(1), first);
  assert.ok(!provider.current().key.equals(first));
  await assert.rejects(provider.destroy(2), /rotate first/);
  await assert.rejects(provider.destroy(7), /no root key 7/);
  await provider.destroy(1);
  assert.equal(provider.get(1), undefined);
  const reopened = await openFileProvider(directory);
  assert.equal(reopened.get(1), undefined);
  assert.ok(reopened.current().key.equals(provider.current().key));
  assert.deepEqual(await provider.rotate(), { version: 3 });
});

test('another process’s rotation and destruction are seen, and none is lost', async (context) => {
  const { directory } = await keyDirectory(context);
  const [a, b] = [await openFileProvider(directory), await openFileProvider(directory)];
  await a.rotate();
  await b.rotate();
  assert.equal(a.current().version, 3);
  assert.ok(a.get(2)?.equals(b.get(2)!));
  await a.rotate();
  assert.ok(b.get(4)?.equals(a.current().key));
  await a.destroy(2);
  assert.equal(b.current().version, 4);
  assert.equal(b.get(2), undefined);
});

test('a passphrase seals the file: without it, or with another one, it does not open', async (context) => {
  const { directory, path } = await keyDirectory(context, 'correct horse');
  const provider = await openFileProvider(directory, 'correct horse');
  const { key } = provider.current();
  const text = readFileSync(path, 'utf8');
  assert.ok(!text.includes(key.export().toString('base64')));
  assert.match(text, /"N":131072,"r":8,"p":1/);
  await assert.rejects(openFileProvider(directory), /needs its passphrase/);
  await assert.rejects(openFileProvider(directory, 'correct horsf'), {
    message: `the passphrase for ${path} is wrong`,
  });
  await assert.rejects(openFileProvider(directory, ''), /empty/);
  await provider.rotate();
  assert.ok((await openFileProvider(directory, 'correct horse')).get(1)?.equals(key));
});

test('a passphrase for a file that has none is refused: it would not protect anything', async (context) => {
  const { directory } = await keyDirectory(context);
  await assert.rejects(openFileProvider(directory, 'x'), /not protected by a passphrase/);
});

test('a damaged file is refused, and the error does not repeat what is in it', async (context) => {
  const { directory, path } = await keyDirectory(context);
  const good = readFileSync(path, 'utf8');
  const secret = JSON.parse(good).keys[0].key as string;
  const bad = [
    '',
    '{',
    good.slice(0, -3),
    good.replace('root-keys/1', 'root-keys/2'),
    good.replace('"current":1', '"current":2'),
    good.replace(secret, secret.slice(4)),
    good.replace('"version":1', '"version":0'),
    good.replace('"keys"', '"extra":1,"keys"'),
  ];
  for (const text of bad) {
    writeFileSync(path, text);
    await assert.rejects(openFileProvider(directory), (error) => {
      assert.ok(error instanceof KeyFileError && error.cause === undefined);
      assert.match(error.message, /is damaged or not a root key file/);
      assert.ok(!error.message.includes(secret.slice(4)));
      return true;
    });
  }
});

test('a sealed file with any part changed, or a cheaper derivation, is refused', async (context) => {
  const { directory, path } = await keyDirectory(context, 'x');
  const good = readFileSync(path, 'utf8');
  const sealed = JSON.parse(good).sealed as string;
  const changed = Buffer.from(sealed, 'base64');
  changed[changed.length - 1]! ^= 1;
  for (const text of [
    good.replace(sealed, changed.toString('base64')),
    good.replace('"N":131072', '"N":1024'),
    good.replace('"p":1', '"p":64'),
  ]) {
    writeFileSync(path, text);
    await assert.rejects(openFileProvider(directory, 'x'), /is damaged/);
  }
});

test('a process killed between write and rename leaves the old file valid', async (context) => {
  const { directory, path } = await keyDirectory(context);
  const before = readFileSync(path);
  const key = (await openFileProvider(directory)).current().key;
  const child = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
    syncBuiltinESMExports();
    const { openFileProvider } = await import(process.argv[1]);
    await (await openFileProvider(process.argv[2])).rotate();
  `;
  const module = new URL('file-provider.ts', import.meta.url).href;
  await assert.rejects(
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', child, module, directory]),
    { signal: 'SIGKILL' },
  );
  assert.ok(existsSync(`${path}.new`), 'killed too early to prove anything');
  assert.deepEqual(readFileSync(path), before);
  const provider = await openFileProvider(directory);
  assert.ok(provider.current().key.equals(key));
  // The next change says what was left behind; once that is gone it works.
  await assert.rejects(provider.rotate(), new RegExp(`rm '${path}\\.new'`));
  rmSync(`${path}.new`);
  assert.deepEqual(await provider.rotate(), { version: 2 });
});

test('a change that cannot be written changes nothing and leaves nothing behind', async (context) => {
  const { directory, path } = await keyDirectory(context);
  const provider = await openFileProvider(directory);
  const before = readFileSync(path);
  chmodSync(path, 0o644);
  await assert.rejects(provider.rotate(), /chmod 600/);
  assert.deepEqual(readFileSync(path), before);
  assert.ok(!existsSync(`${path}.new`));
});

test('a closed provider gives no keys', async (context) => {
  const { directory } = await keyDirectory(context);
  const provider = await openFileProvider(directory);
  provider.close();
  assert.throws(() => provider.current(), KeyFileError);
  assert.throws(() => provider.get(1), KeyFileError);
  await assert.rejects(provider.rotate(), KeyFileError);
});
