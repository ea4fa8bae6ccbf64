/** PNG (ISO/IEC 15948): signature, chunks with their checksums, an end, and nothing behind it. */
import { crc32 } from 'node:zlib';
import { FileFault } from './file-fault.ts';
import type { Form } from './inspector.ts';
import { checkSize } from './sane-size.ts';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const NAME = /^[A-Za-z]{4}$/;
const LENGTH_MAX = 2 ** 31 - 1;

export function* png(): Form {
  if (!(yield { take: 8 }).equals(SIGNATURE)) throw new FileFault('does not begin as a PNG does');
  let hasData = false;
  for (let count = 0; ; count++) {
    const head = Buffer.from(yield { take: 8 });
    const length = head.readUInt32BE(0);
    const name = head.toString('latin1', 4, 8);
    if (!NAME.test(name) || length > LENGTH_MAX) throw new FileFault('has a damaged part');
    if ((count === 0) !== (name === 'IHDR')) throw new FileFault('has no header, or two');
    let sum = crc32(head.subarray(4));
    if (name === 'IHDR') {
      if (length !== 13) throw new FileFault('has a damaged header');
      const header = yield { take: 13 };
      checkSize(header.readUInt32BE(0), header.readUInt32BE(4));
      sum = crc32(header, sum);
    } else if (length > 0) {
      const use = (bytes: Buffer) => {
        sum = crc32(bytes, sum);
      };
      yield { pass: length, use };
    }
    if ((yield { take: 4 }).readUInt32BE(0) !== sum) throw new FileFault('has a damaged part');
    if (name === 'IDAT') hasData = true;
    if (name === 'IEND') break;
  }
  if (!hasData) throw new FileFault('holds no image');
}
