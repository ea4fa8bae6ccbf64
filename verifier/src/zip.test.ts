// The zip reader against archives that lie.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Files, filesOf, goodLedger, linesOf, scratch } from '../test/build-bundle.ts';
import { writeZip, type ZipEntry, zipOf } from '../test/write-zip.ts';
import { verifyBundle } from './verify.ts';

const FILES: Files = filesOf(linesOf(goodLedger()));

const entriesOf = (isDeflated: boolean): ZipEntry[] =>
  Object.entries(FILES).map(([name, bytes]) => ({ name, bytes, isDeflated }));

const claiming = (name: string, claims: ZipEntry['claims'] & object, isDeflated = true): Buffer =>
  writeZip(
    entriesOf(isDeflated).map((entry) => (entry.name === name ? { ...entry, claims } : entry)),
  );

async function reasonOf(t: TestContext, zip: Buffer): Promise<string | undefined> {
  const path = join(scratch(t), 'bundle.zip');
  writeFileSync(path, zip);
  return (await verifyBundle(path)).failure?.reason;
}

test('members with names that do not belong are refused', async (t) => {
  const bytes = Buffer.from('x');
  for (const name of [
    '../escape',
    '/etc/passwd',
    'policies/../keys.json',
    'policies/',
    'policies\\a',
    'policies/.hidden',
    './manifest.json',
    'Manifest.json',
    'manifest.json\0',
    'notes.txt',
    '',
  ]) {
    const zip = writeZip([...entriesOf(false), { name, bytes, isDeflated: false }]);
    assert.equal(await reasonOf(t, zip), 'not-canonical', JSON.stringify(name));
  }
});

test('two members of one name are refused, whichever is the right one', async (t) => {
  const [first, ...rest] = entriesOf(false);
  const other = { ...first!, bytes: Buffer.from('{}') };
  assert.equal(await reasonOf(t, writeZip([first!, other, ...rest])), 'not-canonical');
  assert.equal(await reasonOf(t, writeZip([other, first!, ...rest])), 'not-canonical');
});

test('members that overlap, or lie about where they are, are refused', async (t) => {
  assert.equal(await reasonOf(t, claiming('keys.json', { local: 0 })), 'not-canonical');
  assert.equal(await reasonOf(t, claiming('keys.json', { local: 0xfff_ffff })), 'not-canonical');
  assert.equal(
    await reasonOf(t, claiming('keys.json', { localName: 'kezs.json' })),
    'not-canonical',
  );
});

test('encrypted members and other methods are refused', async (t) => {
  assert.equal(await reasonOf(t, claiming('keys.json', { flags: 1 })), 'not-canonical');
  assert.equal(await reasonOf(t, claiming('keys.json', { method: 12 })), 'not-canonical');
  assert.equal(await reasonOf(t, claiming('keys.json', { method: 99 })), 'not-canonical');
});

test('a member that unpacks to another size than it says is refused', async (t) => {
  for (const name of ['entries.jsonl', 'keys.json', 'manifest.json']) {
    const size = FILES[name]!.length;
    for (const claimed of [size - 1, size + 1, 0]) {
      assert.equal(await reasonOf(t, claiming(name, { size: claimed })), 'digest-differs', name);
    }
    assert.equal(await reasonOf(t, claiming(name, { size: size + 1 }, false)), 'not-canonical');
    assert.equal(await reasonOf(t, claiming(name, { crc: 1 })), 'digest-differs');
  }
});

test('a member that claims more than any bundle needs is refused before it is unpacked', async (t) => {
  const bomb = claiming('catalogue.json', { size: 0x7fff_ffff });
  assert.equal(await reasonOf(t, bomb), 'not-canonical');
  const entries = claiming('entries.jsonl', { size: 0x7fff_ffff });
  assert.equal(await reasonOf(t, entries), 'not-canonical');
});

test('an archive cut short, extended, or with a comment is refused', async (t) => {
  const zip = zipOf(FILES, true);
  for (const cut of [0, 1, 21, 22, 100, zip.length - 1]) {
    assert.equal(await reasonOf(t, zip.subarray(0, cut)), 'not-canonical', `${cut} bytes`);
  }
  assert.equal(await reasonOf(t, Buffer.concat([zip, Buffer.from('x')])), 'not-canonical');
  const commented = Buffer.concat([zip, Buffer.from('hi')]);
  commented.writeUInt16LE(2, zip.length - 2);
  assert.equal(await reasonOf(t, commented), 'not-canonical');
});

test('any flipped bit of the packed bytes is refused, and none crashes the reader', async (t) => {
  for (const isDeflated of [false, true]) {
    const zip = zipOf(FILES, isDeflated);
    for (let at = 0; at < zip.length; at += 61) {
      const flipped = Buffer.from(zip);
      flipped[at]! ^= 1 << (at % 8);
      const reason = await reasonOf(t, flipped);
      const isUnread = reason === undefined;
      // Versions, dates and attributes in headers say nothing about the evidence.
      assert.ok(!isUnread || isHeader(zip, at), `byte ${at}`);
    }
  }
});

/** Whether byte `at` is in a header: within 100 bytes behind a header's signature. */
function isHeader(zip: Buffer, at: number): boolean {
  return zip.subarray(Math.max(0, at - 46), at + 4).includes('PK');
}
