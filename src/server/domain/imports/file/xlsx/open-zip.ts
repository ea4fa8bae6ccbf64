/** The parts of a workbook, as far as a zip can be trusted: nothing in it overlaps, comes twice, is
 * encrypted or leads outside, and what is inflated is counted while it comes, whatever headers say. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import yauzl, { type Entry, type LocalFileHeader, type ZipFile } from 'yauzl';
import { type RandomAccess, ZipSource } from './random-access.ts';
import { workbookRefusal } from './workbook-refusal.ts';

const MIB = 1024 * 1024;
const ENTRIES_MAX = 2000;
const INFLATED_MAX = 2048 * MIB;
/** A sheet with the same value in every cell comes to about 60. */
const RATIO_MAX = 200;
const RATIO_FREE = 16 * MIB;

interface Part {
  readonly entry: Entry;
  /** Where its bytes begin. */
  readonly start: number;
}

export interface Zip {
  readonly names: readonly string[];
  /** The bytes of a part, of `most` at most. Throws FileRefusal. */
  read(name: string, most: number): AsyncGenerator<Buffer, void, undefined>;
}

/** Throws FileRefusal for a zip that no spreadsheet program writes. */
export async function openZip(file: RandomAccess): Promise<Zip> {
  const source = new ZipSource(file);
  const parts = new Map<string, Part>();
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(source, file.size, {
      autoClose: false,
      strictFileNames: true,
    });
    const entries = await readDirectory(zip);
    for (const part of await readHeaders(zip, file, entries)) {
      parts.set(part.entry.fileName, part);
    }
  } catch (error) {
    throw source.failure ?? refusalOf(error);
  }
  const budget = { left: INFLATED_MAX };
  return {
    names: [...parts.keys()],
    read(name, most) {
      const part = parts.get(name);
      if (part === undefined) throw workbookRefusal('workbook-damaged');
      return inflate(file, part, most, budget);
    },
  };
}

async function readDirectory(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > ENTRIES_MAX) throw workbookRefusal('workbook-too-large');
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for await (const entry of zip.eachEntry()) {
    const folded = entry.fileName.normalize('NFC').toLowerCase();
    if (seen.has(folded)) throw workbookRefusal('workbook-overlaps');
    seen.add(folded);
    if (entry.isEncrypted()) throw workbookRefusal('workbook-encrypted');
    if (!entry.canDecodeFileData()) throw workbookRefusal('workbook-damaged');
    entries.push(entry);
  }
  return entries;
}

/** Every part's own header must say what the directory says, and no two may share a byte. */
async function readHeaders(zip: ZipFile, file: RandomAccess, entries: Entry[]): Promise<Part[]> {
  const sorted = entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  );
  const parts: Part[] = [];
  let end = 0;
  for (const entry of sorted) {
    if (entry.relativeOffsetOfLocalHeader < end) throw workbookRefusal('workbook-overlaps');
    const header: LocalFileHeader = await zip.readLocalFileHeaderPromise(entry);
    const isSame =
      header.fileName.equals(entry.fileNameRaw) &&
      header.compressionMethod === entry.compressionMethod &&
      (header.generalPurposeBitFlag & 1) === 0;
    if (!isSame) throw workbookRefusal('workbook-overlaps');
    end = header.fileDataStart + entry.compressedSize;
    parts.push({ entry, start: header.fileDataStart });
  }
  if (end > file.size) throw workbookRefusal('workbook-damaged');
  return parts;
}

async function* inflate(
  file: RandomAccess,
  { entry, start }: Part,
  most: number,
  budget: { left: number },
): AsyncGenerator<Buffer, void, undefined> {
  let failure: unknown = null;
  const packed = Readable.from(
    (async function* () {
      try {
        yield* file.read(start, start + entry.compressedSize);
      } catch (error) {
        failure = error;
        throw error;
      }
    })(),
    { objectMode: false },
  );
  const bytes = entry.compressionMethod === 0 ? packed : createInflateRaw();
  const piping =
    bytes === packed ? null : pipeline(packed, bytes as ReturnType<typeof createInflateRaw>);
  // Whoever reads the bytes hears of it.
  piping?.catch(() => {});
  let length = 0;
  let crc = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      length += chunk.length;
      budget.left -= chunk.length;
      const isBomb = length > RATIO_FREE && length > RATIO_MAX * entry.compressedSize;
      if (length > most || budget.left < 0 || isBomb) throw workbookRefusal('workbook-too-large');
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    throw failure ?? refusalOf(error);
  }
  if (length !== entry.uncompressedSize || crc !== entry.crc32) {
    throw workbookRefusal('workbook-damaged');
  }
}

/** What yauzl and zlib say is wrong with the bytes. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'FileRefusal') return error;
  const isName = /^(?:absolute path|invalid relative path|invalid characters)/.test(error.message);
  return workbookRefusal(isName ? 'workbook-names' : 'workbook-damaged', error);
}
