/** Whole names → their parts, losing no word. */

export type NamePattern = 'last, first' | 'first last';
export interface NameParts {
  first: string;
  middle: string;
  last: string;
}

/**
 * The parts of a whole name, or null where it does not follow the pattern: "last, first" needs one
 * comma, "first last" two words. Words after the first given name are the middle name; a suffix
 * (Jr., Sr., II …) and lower-case particles ("van der") go with the last name.
 */
export function splitName(name: string, pattern: NamePattern): NameParts | null {
  const words = name.split(/\p{Zs}+/u).join(' ');
  const pieces = words.split(/ *, */);
  if (pattern === 'first last') {
    if (pieces.length > 2 || (pieces.length === 2 && !isSuffix(pieces[1] as string))) return null;
    return splitFirstLast((pieces[0] as string).split(' '), pieces[1]);
  }
  // "Last, Jr., First" and "Last, First, Jr." name the suffix between commas.
  const suffix = pieces.length === 3 ? pieces.slice(1).find(isSuffix) : undefined;
  const plain = suffix === undefined ? pieces : pieces.filter((piece) => piece !== suffix);
  const [last, given] = plain;
  if (plain.length !== 2 || !last || !given) return null;
  const givenWords = given.split(' ');
  const trailing = givenWords.length > 1 && isSuffix(givenWords.at(-1) as string);
  const ending = trailing ? givenWords.pop() : suffix;
  return {
    first: givenWords[0] as string,
    middle: givenWords.slice(1).join(' '),
    last: ending === undefined ? last : `${last} ${ending}`,
  };
}

function splitFirstLast(words: string[], suffix: string | undefined): NameParts | null {
  const rest = [...words];
  let ending = suffix;
  if (ending === undefined && rest.length > 2 && isSuffix(rest.at(-1) as string))
    ending = rest.pop();
  if (rest.length < 2) return null;
  let lastAt = rest.length - 1;
  while (lastAt > 1 && isParticle(rest[lastAt - 1] as string)) lastAt--;
  const last = rest.slice(lastAt).join(' ');
  return {
    first: rest[0] as string,
    middle: rest.slice(1, lastAt).join(' '),
    last: ending === undefined ? last : `${last} ${ending}`,
  };
}

const isSuffix = (word: string): boolean => /^(?:jr|sr|ii|iii|iv)\.?$/i.test(word);
const isParticle = (word: string): boolean => /^\p{Ll}/u.test(word);
