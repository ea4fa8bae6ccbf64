/** Files as scanners, cameras and printers make them, and what an attacker makes of them. */
import { crc32, deflateSync } from 'node:zlib';

/** A PDF of one empty page; `more` are further objects, `filler` bytes stand in an image's place. */
export function pdfFile(options: { more?: string; filler?: Buffer; root?: string } = {}): Buffer {
  const { more = '', filler = Buffer.from('0 0 m'), root = '' } = options;
  const before = Buffer.from(
    `%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R ${root} >>\nendobj\n` +
      '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n' +
      '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>\nendobj\n' +
      `${more}4 0 obj\n<< /Length ${filler.length} >>\nstream\n`,
    'latin1',
  );
  const after = Buffer.from('\nendstream\nendobj\n');
  const xref = before.length + filler.length + after.length;
  const end = Buffer.from(
    'xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 5 /Root 1 0 R >>\n' +
      `startxref\n${xref}\n%%EOF\n`,
  );
  return Buffer.concat([before, filler, after, end]);
}

/** Objects packed together, as writers of PDF 1.5 and later do. */
export function objectStream(objects: string, dictionary = '/Filter /FlateDecode'): string {
  const packed = deflateSync(Buffer.from(objects)).toString('latin1');
  return (
    `9 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length ${packed.length} ${dictionary} >>\n` +
    `stream\n${packed}\nendstream\nendobj\n`
  );
}

export function pngChunk(name: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(name, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

export function pngFile(width = 1, height = 1, data = deflateSync(Buffer.alloc(2))): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const parts = [
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...parts]);
}

export function jpegFile(width = 8, height = 8, scan = Buffer.from([0xff, 0, 1, 0xff, 0xd0, 2])) {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
    Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'),
    frame,
    Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]),
    scan,
    Buffer.from([0xff, 0xd9]),
  ]);
}

export function tiffFile(width = 10, height = 10, gap = 0): Buffer {
  const entries = [
    [256, width],
    [257, height],
  ] as const;
  const file = Buffer.alloc(8 + gap + 2 + 12 * entries.length + 4);
  file.write('II', 0, 'latin1');
  file.writeUInt16LE(42, 2);
  file.writeUInt32LE(8 + gap, 4);
  file.writeUInt16LE(entries.length, 8 + gap);
  for (const [i, [tag, value]] of entries.entries()) {
    const at = 8 + gap + 2 + 12 * i;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(4, at + 2);
    file.writeUInt32LE(1, at + 4);
    file.writeUInt32LE(value, at + 8);
  }
  return file;
}

/** The body of an upload: the element first, as a form would send it. */
export function documentUpload(
  file: Buffer,
  { type = 'application/pdf', name = 'contract.pdf', element = 'file' as string | null } = {},
): FormData {
  const form = new FormData();
  if (element !== null) form.append('element', element);
  form.append('file', new Blob([new Uint8Array(file)], { type }), name);
  return form;
}
