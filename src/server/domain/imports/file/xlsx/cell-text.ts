/** Text of a string item or an inline string: its runs put together, its phonetic readings left out,
 * its escapes undone. */
import { FileRefusal } from '../file-refusal.ts';

const TEXT_MAX = 65_536;
const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

/** Fed with what happens inside `<si>` or `<is>`. */
export class RichText {
  #text = '';
  #isText = false;
  #phonetic = 0;

  open(name: string): void {
    if (name === 'rPh') this.#phonetic++;
    this.#isText = name === 't' && this.#phonetic === 0;
  }

  text(text: string): void {
    if (!this.#isText) return;
    this.#text += text;
    if (this.#text.length > TEXT_MAX) throw tooLong();
  }

  close(name: string): void {
    if (name === 'rPh') this.#phonetic--;
    this.#isText = false;
  }

  /** The text, once; then it begins anew. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return unescaped(text);
  }
}

/** `_x000D_` stands for a character that XML cannot hold. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function tooLong(): FileRefusal {
  return new FileRefusal(
    'cell-too-long',
    `A cell is longer than ${TEXT_MAX} characters. Shorten it.`,
  );
}
