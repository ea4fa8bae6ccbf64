/** The grammar of a Sigma condition: names of search identifiers, `and`, `or`, `not`, parentheses,
 * `1 of x*`, `all of x*`, `them`. `not` binds strongest, `or` weakest. */

export type Condition =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] };

export class ConditionError extends Error {}

const LENGTH_MAX = 2000;
const DEPTH_MAX = 50;
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const PATTERN = /^[A-Za-z_*][A-Za-z0-9_*-]*$/;

/** Parses a condition over these search identifiers. Throws ConditionError, in words. */
export function parseCondition(text: string, identifiers: readonly string[]): Condition {
  if (text.length > LENGTH_MAX) throw new ConditionError(`is longer than ${LENGTH_MAX} characters`);
  const words = text.match(/[()]|[^\s()]+/g) ?? [];
  const parser = new Parser(words, identifiers);
  const condition = parser.parse();
  return condition;
}

/** The identifiers that a condition asks about. */
export function namesIn(condition: Condition): Set<string> {
  if (condition.kind === 'name') return new Set([condition.name]);
  const parts = condition.kind === 'not' ? [condition.of] : condition.of;
  return new Set(parts.flatMap((part) => [...namesIn(part)]));
}

/** Whether it holds, where `holds` says so of each name. */
export function evaluate(condition: Condition, holds: (name: string) => boolean): boolean {
  switch (condition.kind) {
    case 'name':
      return holds(condition.name);
    case 'not':
      return !evaluate(condition.of, holds);
    case 'and':
      return condition.of.every((part) => evaluate(part, holds));
    case 'or':
      return condition.of.some((part) => evaluate(part, holds));
  }
}

class Parser {
  readonly #words: readonly string[];
  readonly #identifiers: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(words: readonly string[], identifiers: readonly string[]) {
    this.#words = words;
    this.#identifiers = identifiers;
  }

  parse(): Condition {
    if (this.#words.length === 0) throw new ConditionError('is empty');
    const condition = this.#either();
    const left = this.#words[this.#at];
    if (left === undefined) return condition;
    throw new ConditionError(
      left === ')' ? 'has a ) without its (' : `does not go on after "${left}"`,
    );
  }

  #either(): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#single()));
  }

  #joined(kind: 'and' | 'or', next: () => Condition): Condition {
    const of = [next()];
    while (this.#word() === kind) {
      this.#at++;
      of.push(next());
    }
    return of.length === 1 ? of[0]! : { kind, of };
  }

  #single(): Condition {
    if (++this.#depth > DEPTH_MAX) throw new ConditionError('is nested too deeply');
    try {
      const word = this.#word();
      if (word === undefined) throw new ConditionError('ends too early');
      if (word === 'not') {
        this.#at++;
        return { kind: 'not', of: this.#single() };
      }
      if (word === '(') return this.#inParentheses();
      if (/^(\d+|all|any)$/.test(word) && this.#words[this.#at + 1]?.toLowerCase() === 'of') {
        return this.#ofMany(word);
      }
      return this.#named();
    } finally {
      this.#depth--;
    }
  }

  #inParentheses(): Condition {
    this.#at++;
    const inner = this.#either();
    if (this.#word() !== ')') throw new ConditionError('has a ( without its )');
    this.#at++;
    return inner;
  }

  #ofMany(quantity: string): Condition {
    if (quantity !== '1' && quantity !== 'all' && quantity !== 'any') {
      throw new ConditionError(`asks for ${quantity} of many: only 1, any and all can be`);
    }
    const pattern = this.#words[this.#at + 2];
    if (pattern === undefined) throw new ConditionError(`does not say ${quantity} of what`);
    this.#at += 3;
    const names = this.#matching(pattern);
    if (names.length === 0) throw new ConditionError(`finds no search identifier for "${pattern}"`);
    const of = names.map((name): Condition => ({ kind: 'name', name }));
    return of.length === 1 ? of[0]! : { kind: quantity === 'all' ? 'and' : 'or', of };
  }

  /** `them` leaves out those that begin with _. */
  #matching(pattern: string): string[] {
    if (pattern.toLowerCase() === 'them') {
      return this.#identifiers.filter((name) => !name.startsWith('_'));
    }
    if (!PATTERN.test(pattern)) throw new ConditionError(`does not know "${pattern}"`);
    const parts = pattern.split('*');
    return this.#identifiers.filter((name) => isLike(name, parts));
  }

  #named(): Condition {
    const name = this.#words[this.#at]!;
    if (!NAME.test(name) || ['and', 'or', 'of'].includes(name.toLowerCase())) {
      throw new ConditionError(`has "${name}" where a search identifier must be`);
    }
    if (!this.#identifiers.includes(name)) {
      throw new ConditionError(`names "${name}", which is no search identifier of the rule`);
    }
    this.#at++;
    return { kind: 'name', name };
  }

  /** Key words in lower case, whatever their case; names as they are. */
  #word(): string | undefined {
    const word = this.#words[this.#at];
    const lower = word?.toLowerCase();
    return lower !== undefined && ['and', 'or', 'not', 'all', 'any'].includes(lower) ? lower : word;
  }
}

/** Whether a name consists of these parts, in this order, with anything between them. */
function isLike(name: string, parts: readonly string[]): boolean {
  if (parts.length === 1) return name === parts[0];
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
