/** Words that repeat, as numbers: the first 65,536 of them in two bytes. */

const SHORT_MAX = 0xffff;

export class Words {
  readonly #numbers = new Map<string, number>();
  readonly #shortNumbers = new Map<string, number>();

  get bytes(): number {
    return 120 * (this.#numbers.size + this.#shortNumbers.size);
  }

  add(word: string): number {
    return numberOf(this.#numbers, word);
  }

  /** For words of which there are few, in any case fewer than 65,536. */
  addShort(word: string): number {
    const number = numberOf(this.#shortNumbers, word);
    if (number > SHORT_MAX) throw new RangeError('more words than a column has numbers for');
    return number;
  }

  find(word: string): number | undefined {
    return this.#numbers.get(word) ?? this.#shortNumbers.get(word);
  }
}

function numberOf(numbers: Map<string, number>, word: string): number {
  let number = numbers.get(word);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(word, number);
  }
  return number;
}
