/** JPEG (ITU-T T.81): segments up to the scan, the scan's data, an end. Cameras put further pictures
 * behind the first; each must be one too. */
import { FileFault } from './file-fault.ts';
import type { Form, Want } from './inspector.ts';
import { checkSize } from './sane-size.ts';

const [START, END, SCAN, MARK] = [0xd8, 0xd9, 0xda, 0xff];
/** Between them the tables and the arithmetic conditioning, which begin no frame. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]);

export function* jpeg(): Form {
  for (let picture = 0; ; picture++) {
    const start = yield { take: 2 };
    if (start[0] !== MARK || start[1] !== START) {
      throw new FileFault(
        picture === 0 ? 'does not begin as a JPEG does' : 'has something behind its end',
      );
    }
    yield* onePicture();
    yield { more: true };
  }
}

function* onePicture(): Form {
  let hasFrame = false;
  let marker = yield* nextMarker();
  while (marker !== END) {
    const length = (yield { take: 2 }).readUInt16BE(0);
    if (length < 2) throw new FileFault('has a damaged part');
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker);
    if (isFrame) {
      if (length < 8) throw new FileFault('has a damaged header');
      const frame = yield { take: 5 };
      checkSize(frame.readUInt16BE(3), frame.readUInt16BE(1));
      hasFrame = true;
    }
    yield { pass: length - (isFrame ? 7 : 2) };
    if (marker === SCAN && !hasFrame) throw new FileFault('holds no image');
    marker = marker === SCAN ? yield* endOfScan() : yield* nextMarker();
  }
  if (!hasFrame) throw new FileFault('holds no image');
}

function* nextMarker(): Generator<Want, number, Buffer> {
  if ((yield { take: 1 })[0] !== MARK) throw new FileFault('has a damaged part');
  return yield* afterMark();
}

/** Any number of marks may stand before a marker. */
function* afterMark(): Generator<Want, number, Buffer> {
  let byte = MARK;
  while (byte === MARK) byte = (yield { take: 1 })[0]!;
  return byte;
}

/** The marker that ends the data of a scan: no stuffed zero and no restart. */
function* endOfScan(): Generator<Want, number, Buffer> {
  for (;;) {
    yield { find: MARK };
    yield { take: 1 };
    const marker = yield* afterMark();
    if (marker !== 0 && !(marker >= 0xd0 && marker <= 0xd7)) return marker;
  }
}
