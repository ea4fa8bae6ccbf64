import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import {
  jpegFile,
  objectStream,
  pdfFile,
  pngChunk,
  pngFile,
  tiffFile,
} from '../../../../../test/support/documents.ts';
import { HEAD_BYTES, inspectFile } from './inspect-file.ts';
import { safeName } from './safe-name.ts';

/** The type of a file that comes in pieces of this size, or why it is refused. */
async function verdict(file: Buffer, pieceBytes = 1000, declared?: string): Promise<string> {
  const head = file.subarray(0, HEAD_BYTES);
  try {
    const types = ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff'];
    const told =
      declared ??
      types.find((type) => file.includes(MAGIC[type]!) && file.indexOf(MAGIC[type]!) === 0);
    const { mediaType, inspector } = await inspectFile(head, {
      fileName: undefined,
      mediaType: told,
    });
    for (let at = 0; at < file.length; at += pieceBytes) {
      inspector.push(file.subarray(at, at + pieceBytes));
    }
    inspector.end();
    return mediaType;
  } catch (error) {
    if ((error as Error).name !== 'FileFault') throw error;
    return (error as Error).message;
  }
}

const MAGIC: Record<string, Buffer> = {
  'application/pdf': Buffer.from('%PDF'),
  'image/png': Buffer.from('89504e47', 'hex'),
  'image/jpeg': Buffer.from('ffd8ff', 'hex'),
  'image/tiff': Buffer.from('II*\0', 'latin1'),
};
const GOOD: Record<string, Buffer> = {
  'application/pdf': pdfFile(),
  'image/png': pngFile(),
  'image/jpeg': jpegFile(),
  'image/tiff': tiffFile(),
};

test('each type that is taken passes, in pieces of any size', async () => {
  for (const [type, file] of Object.entries(GOOD)) {
    for (const pieceBytes of [1, 2, 3, 7, 64, 5000]) {
      assert.equal(await verdict(file, pieceBytes), type, `${type} by ${pieceBytes}`);
    }
  }
  const large = pdfFile({
    filler: Buffer.alloc(300_000, 'x'),
    more: objectStream('5 0 << /A 1 >>'),
  });
  for (const pieceBytes of [4096, 65_536]) {
    assert.equal(await verdict(large, pieceBytes), 'application/pdf');
  }
  assert.equal(await verdict(tiffFile(10, 10, 20_000)), 'image/tiff');
  assert.equal(await verdict(Buffer.concat([jpegFile(), jpegFile()])), 'image/jpeg');
});

test('every type that is cut off anywhere is refused', async () => {
  for (const [type, file] of Object.entries(GOOD)) {
    const least =
      type === 'image/tiff' ? 8 + 2 + 24 : file.length - (type === 'application/pdf' ? 1 : 0);
    for (let length = 0; length < least; length++) {
      assert.notEqual(await verdict(file.subarray(0, length)), type, `${type} cut at ${length}`);
    }
  }
});

test('what stands behind the end of a file makes it another one: refused', async () => {
  const zip = Buffer.from('PK\x03\x04 something that another program opens');
  for (const type of ['application/pdf', 'image/png', 'image/jpeg']) {
    assert.notEqual(await verdict(Buffer.concat([GOOD[type]!, zip])), type);
  }
  assert.match(await verdict(Buffer.concat([zip, GOOD['application/pdf']!])), /neither/);
});

test('an image of an absurd size is refused', async () => {
  for (const [width, height] of [
    [0, 1],
    [40_000, 1],
    [30_000, 30_000],
    [1, 2 ** 31],
  ] as const) {
    assert.match(await verdict(pngFile(width, height)), /pixel/);
    assert.match(await verdict(tiffFile(width, height)), /pixel/);
    if (height < 65_536) assert.match(await verdict(jpegFile(width, height)), /pixel/);
  }
});

test('a damaged image is refused', async () => {
  const file = pngFile();
  for (let at = 8; at < file.length; at++) {
    const damaged = Buffer.from(file);
    damaged[at]! ^= 1;
    assert.notEqual(await verdict(damaged), 'image/png', `bit of byte ${at}`);
  }
  const end = pngChunk('IEND', Buffer.alloc(0));
  assert.match(await verdict(Buffer.concat([file.subarray(0, 33), end])), /holds no image/);
});

test('what acts by itself in a PDF is refused, however its name is written and wherever it stands', async () => {
  const script = '<< /S /JavaScript /JS (app.alert) >>';
  for (const [what, file] of Object.entries({
    script: pdfFile({ root: `/OpenAction ${script}` }),
    'escaped letters': pdfFile({ root: '/OpenAction << /S /J#61va#53cript /JS (x) >>' }),
    launch: pdfFile({ more: '7 0 obj << /S /Launch /F (cmd.exe) >> endobj\n' }),
    embedded: pdfFile({ root: '/Names << /EmbeddedFiles 7 0 R >>' }),
    form: pdfFile({ root: '/AcroForm << /XFA 7 0 R >>' }),
    encrypted: pdfFile({ root: '/Encrypt 7 0 R' }),
    packed: pdfFile({ more: objectStream(`5 0 ${script}`) }),
    'packed, hidden by a string': pdfFile({
      more: objectStream(`5 0 ${script}`, '/Filter /FlateDecode /X (obj)'),
    }),
    'packed, type unsaid': pdfFile({
      more: objectStream(`5 0 ${script}`).replace('/Type /ObjStm', ''),
    }),
  })) {
    for (const pieceBytes of [1, 13, 100_000]) {
      assert.match(
        await verdict(file, pieceBytes),
        /^holds .*: print it/,
        `${what} by ${pieceBytes}`,
      );
    }
  }
});

test('packed objects that cannot be looked into are refused, and a bomb is not unpacked', async () => {
  for (const dictionary of [
    '/Filter /LZWDecode',
    '/Filter [/ASCII85Decode /FlateDecode]',
    '/Filter 8 0 R',
    '/Filter /FlateDecode /DecodeParms << /Predictor 12 >>',
  ]) {
    const file = pdfFile({ more: objectStream('5 0 << >>', dictionary) });
    assert.match(await verdict(file), /cannot be looked into/, dictionary);
  }
  const bomb = pdfFile({ more: objectStream('x'.repeat(40_000_000)) });
  assert.match(await verdict(bomb), /cannot be looked into/);
});

test('an innocent object stream passes wherever the pieces end', async () => {
  const file = pdfFile({
    more: objectStream('5 0 << /Font /Helvetica >>'),
    filler: deflateSync('x'),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 400 }), async (pieceBytes) => {
      assert.equal(await verdict(file, pieceBytes), 'application/pdf');
    }),
    { numRuns: 40 },
  );
});

test('a file must be what it is said to be, by its media type or else by its name', async () => {
  const png = pngFile();
  const told = async (mediaType?: string, fileName?: string) => {
    try {
      return (await inspectFile(png, { mediaType, fileName })).name;
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(await told('image/png', 'scan.png'), 'scan.png');
  assert.equal(await told('application/octet-stream', 'scan.PNG'), 'scan.png');
  assert.match(await told('application/pdf', 'scan.png'), /not of the type/);
  assert.match(await told(undefined, 'scan.pdf'), /not of the type/);
  assert.match(await told(), /not of the type/);
  assert.match(await verdict(Buffer.from('GIF89a0000'), 10, 'image/gif'), /neither/);
  assert.match(await verdict(Buffer.from('<html>'), 10, 'application/pdf'), /neither/);
});

test('a name keeps no path, no invisible character and no ending of another type', () => {
  for (const [given, kept] of [
    ['../../etc/passwd', 'passwd.pdf'],
    ['C:\\scans\\Contract.PDF', 'Contract.pdf'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe.pdf'],
    ['a\r\nSet-Cookie: x.pdf', 'aSet-Cookie x.pdf'],
    ['"quoted"<>|?*.pdf', 'quoted.pdf'],
    ['.pdf', 'document.pdf'],
    ['', 'document.pdf'],
    ['Zeugnis Müller.pdf', 'Zeugnis Müller.pdf'],
  ] as const) {
    assert.equal(safeName(given, ['pdf']), kept);
  }
  fc.assert(
    fc.property(fc.array(fc.nat(0x10ffff), { maxLength: 200 }), (points) => {
      const given = points.map((point) => String.fromCodePoint(point)).join('');
      const name = safeName(given, ['pdf']);
      assert.match(name, /^[^\p{Cc}\p{Cf}/\\<>:"|?*]{1,150}\.pdf$/u);
      assert.equal(safeName(name, ['pdf']), name);
    }),
  );
});
