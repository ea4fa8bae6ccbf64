/** Object streams of a PDF (ISO 32000-1 §7.5.7): objects that are packed together, in which the names
 * of `pdf-names.ts` cannot be read. Each is unpacked, within bounds, and looked through. */
import { inflateSync } from 'node:zlib';
import { FileFault } from './file-fault.ts';
import { findNames, plainNames } from './pdf-names.ts';

const STREAM = /(?<!end)stream\r?\n/g;
const STREAM_LENGTH = 'stream\r\n'.length;
const END = 'endstream';
/** How far the dictionary before a stream may reach back. */
const DICTIONARY_LENGTH_MAX = 16 * 1024;
const PACKED_BYTES_MAX = 4 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 32 * 1024 * 1024;

/** `maybe`: an object stream stands near; what does not unpack is taken for something else. */
type Kind = 'objects' | 'maybe' | 'other';

/** Looks through a text that comes in pieces; throws FileFault. */
export function objectStreamSearch() {
  /** The end of what has come, and how much of it was searched for streams. */
  let before = '';
  let searched = 0;
  let packed: { readonly kind: Kind; readonly pieces: string[]; length: number } | null = null;

  /** Takes in the packed bytes from `at` on; gives the place behind them, -1 while they go on. */
  function unpack(text: string, at: number): number {
    const end = text.indexOf(END, at);
    // The last letters may be the beginning of the end.
    const stop = end === -1 ? Math.max(at, text.length - END.length) : end;
    const { kind, pieces } = packed!;
    pieces.push(text.slice(at, stop));
    packed!.length += stop - at;
    const isTooLong = packed!.length > PACKED_BYTES_MAX;
    if (isTooLong && kind === 'objects') throw unseen();
    if (end === -1 && !isTooLong) {
      before = text.slice(stop);
      return -1;
    }
    if (!isTooLong) lookInto(pieces, kind);
    packed = null;
    return stop;
  }

  return {
    push(piece: string): void {
      const text = before + piece;
      let at = packed ? 0 : searched;
      for (;;) {
        if (packed) {
          at = unpack(text, at);
          if (at === -1) return;
        }
        STREAM.lastIndex = at;
        const found = STREAM.exec(text);
        if (!found) break;
        at = STREAM.lastIndex;
        const start = Math.max(0, found.index - DICTIONARY_LENGTH_MAX);
        const kind = kindOf(text.slice(start, found.index));
        if (kind !== 'other') packed = { kind, pieces: [], length: 0 };
      }
      before = text.slice(-DICTIONARY_LENGTH_MAX);
      searched = Math.max(
        0,
        Math.max(at, text.length - STREAM_LENGTH) - (text.length - before.length),
      );
    },
    end(): void {
      if (packed?.kind === 'objects') throw new FileFault('is cut off');
    },
  };
}

/** By what stands before the word `stream`. */
function kindOf(before: string): Kind {
  const start = before.lastIndexOf('obj');
  const isDictionary = />>(?:\s|%[^\r\n]*[\r\n])*$/.test(before.slice(-512));
  if (start === -1 && isDictionary && before.length === DICTIONARY_LENGTH_MAX) throw unseen();
  const dictionary = plainNames(before.slice(start === -1 ? before.length : start));
  if (!holdsObjects(dictionary)) return holdsObjects(plainNames(before)) ? 'maybe' : 'other';
  // Without a filter the names are read where they stand.
  if (!/\/F(?:ilter)?(?![A-Za-z0-9])/.test(dictionary)) return 'other';
  const filter = /\/Filter\s*(?:\[\s*)?\/(?:FlateDecode|Fl)\s*(?:\]|\/|>>)/;
  if (!filter.test(dictionary) || /\/Predictor\s+(?!1\b)/.test(dictionary)) throw unseen();
  return 'objects';
}

function holdsObjects(dictionary: string): boolean {
  const has = (name: string) => new RegExp(`/${name}(?![A-Za-z0-9])`).test(dictionary);
  return has('ObjStm') || (has('First') && has('N'));
}

function lookInto(pieces: readonly string[], kind: Kind): void {
  let unpacked: string;
  try {
    const bytes = Buffer.from(pieces.join(''), 'latin1');
    unpacked = inflateSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }).toString('latin1');
  } catch (error) {
    if (kind === 'maybe' && (error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') return;
    throw Object.assign(unseen(), { cause: error });
  }
  findNames(unpacked);
}

function unseen(): FileFault {
  return new FileFault(
    'holds objects that cannot be looked into: print it to a new PDF and attach that',
  );
}
