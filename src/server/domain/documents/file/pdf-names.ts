/** The names in a PDF of what acts by itself, however their letters are written. They are sought
 * everywhere, also where only an image's data should be: they are too long to be there by chance. */
import { FileFault } from './file-fault.ts';

/** What is refused, in the words of the refusal. */
const ACTIVE: Readonly<Record<string, string>> = {
  JavaScript: 'scripts',
  Rendition: 'media',
  RichMedia: 'media',
  Launch: 'a program to be launched',
  EmbeddedFile: 'a file inside the file',
  EmbeddedFiles: 'a file inside the file',
  FileAttachment: 'a file inside the file',
  GoToE: 'a file inside the file',
  XFA: 'a form with a program of its own',
  SubmitForm: 'a form that sends what is entered',
  ImportData: 'a form that takes in other files',
  Encrypt: 'encryption',
};

/** Any letter may be written as # and two digits; what ends a name follows. */
const NAMES = new RegExp(
  `/(${Object.keys(ACTIVE).map(escapedName).join('|')})(?=[\\s\\0()<>\\[\\]{}/%]|$)`,
  'g',
);
/** More than the longest name with every letter escaped. */
const NAME_LENGTH_MAX = 64;

/** Looks through a text that comes in pieces; throws FileFault at the first name. */
export function nameSearch() {
  let before = '';
  return {
    push(piece: string): void {
      const text = before + piece;
      // A name that is not all there yet is found with the next piece.
      findNames(text, text.length - NAME_LENGTH_MAX);
      before = text.slice(-NAME_LENGTH_MAX);
    },
    end(): void {
      findNames(before, before.length);
    },
  };
}

/** Throws FileFault at the first name that begins before `until`. */
export function findNames(text: string, until = text.length): void {
  NAMES.lastIndex = 0;
  const found = NAMES.exec(text);
  if (!found || found.index >= until) return;
  const what = ACTIVE[plainNames(found[1]!)];
  throw new FileFault(`holds ${what}: print it to a new PDF and attach that`);
}

/** The text with escaped letters written out. */
export function plainNames(text: string): string {
  return text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function escapedName(name: string): string {
  return [...name].map(escapedLetter).join('');
}

function escapedLetter(letter: string): string {
  const digits = letter
    .charCodeAt(0)
    .toString(16)
    .replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return `(?:${letter}|#${digits})`;
}
