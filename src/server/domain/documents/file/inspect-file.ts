/** What may be attached: PDF and images, by what they are and not by what they are called. */
import { fileTypeFromBuffer } from 'file-type';
import { FileFault } from './file-fault.ts';
import { type Inspector, inspectForm } from './inspector.ts';
import { jpeg } from './jpeg.ts';
import { inspectPdf } from './pdf.ts';
import { png } from './png.ts';
import { safeName } from './safe-name.ts';
import { tiff } from './tiff.ts';

interface Type {
  readonly endings: readonly string[];
  readonly inspect: () => Inspector;
}

const TYPES: Readonly<Record<string, Type>> = {
  'application/pdf': { endings: ['pdf'], inspect: inspectPdf },
  'image/png': { endings: ['png'], inspect: () => inspectForm(png()) },
  'image/jpeg': { endings: ['jpg', 'jpeg'], inspect: () => inspectForm(jpeg()) },
  'image/tiff': { endings: ['tif', 'tiff'], inspect: () => inspectForm(tiff()) },
};
const UNTOLD = new Set(['', 'application/octet-stream']);

const TIFF_STARTS = ['49492a00', '4d4d002a'].map((hex) => Buffer.from(hex, 'hex'));

/** How much of a file must be there before its type can be told. */
export const HEAD_BYTES = 4100;

/** What the sender says of the file. */
export interface Declared {
  readonly fileName?: string | undefined;
  readonly mediaType?: string | undefined;
}

export interface Inspected {
  readonly mediaType: string;
  readonly name: string;
  readonly inspector: Inspector;
}

/** By the first HEAD_BYTES of the file, or all of it. Throws FileFault for a type that is not taken or
 * is not the one declared: by the media type or, where that says nothing, by the ending of the name. */
export async function inspectFile(head: Buffer, declared: Declared): Promise<Inspected> {
  if (head.length === 0) throw new FileFault('is empty');
  const mediaType = (await detect(head)) ?? '';
  const type = TYPES[mediaType];
  if (!type) throw new FileFault('is neither PDF, PNG, JPEG nor TIFF', 415);
  if (declaredType(declared) !== mediaType) {
    throw new FileFault('is not of the type that its media type or its name says', 415);
  }
  return {
    mediaType,
    name: safeName(declared.fileName, type.endings),
    inspector: type.inspect(),
  };
}

async function detect(head: Buffer): Promise<string | undefined> {
  try {
    const found = await fileTypeFromBuffer(head);
    if (found) return found.mime;
  } catch {
    // Cut off in the middle of what would tell.
  }
  // Its directory, by which kinds of TIFF are told apart, often stands at the end.
  const isTiff = TIFF_STARTS.some((start) => head.subarray(0, 4).equals(start));
  return isTiff ? 'image/tiff' : undefined;
}

function declaredType({ mediaType = '', fileName = '' }: Declared): string | undefined {
  const told = mediaType.split(';')[0]!.trim().toLowerCase();
  if (!UNTOLD.has(told)) return told;
  const lower = fileName.toLowerCase();
  return Object.keys(TYPES).find((id) =>
    TYPES[id]!.endings.some((ending) => lower.endsWith(`.${ending}`)),
  );
}
