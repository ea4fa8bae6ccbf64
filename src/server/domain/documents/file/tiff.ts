/** TIFF (6.0): the header leads to a first directory inside the file, whose image has a sane size. What
 * stands between and behind is not looked at. */
import { FileFault } from './file-fault.ts';
import type { Form } from './inspector.ts';
import { checkSize } from './sane-size.ts';

const ENTRIES_MAX = 512;
const ENTRY_BYTES = 12;
const [WIDTH, HEIGHT] = [256, 257];
const [SHORT, LONG] = [3, 4];

export function* tiff(): Form {
  const header = Buffer.from(yield { take: 8 });
  const order = header.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') throw new FileFault('does not begin as a TIFF does');
  const isLittle = order === 'II';
  const short = (bytes: Buffer, at: number) =>
    isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  const long = (bytes: Buffer, at: number) =>
    isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  if (short(header, 2) !== 42) throw new FileFault('does not begin as a TIFF does');
  const directory = long(header, 4);
  if (directory < 8) throw new FileFault('has a damaged header');
  yield { pass: directory - 8 };
  const count = short(yield { take: 2 }, 0);
  if (count < 1 || count > ENTRIES_MAX) throw new FileFault('has a damaged directory');
  const entries = yield { take: ENTRY_BYTES * count };
  const sideOf = (tag: number): number => {
    for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
      if (short(entries, at) !== tag) continue;
      const type = short(entries, at + 2);
      if (long(entries, at + 4) !== 1) break;
      if (type === SHORT) return short(entries, at + 8);
      if (type === LONG) return long(entries, at + 8);
    }
    throw new FileFault('holds no image');
  };
  checkSize(sideOf(WIDTH), sideOf(HEIGHT));
  yield { rest: true };
}
