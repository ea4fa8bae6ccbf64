/** Sigma's texts: * stands for anything, ? for one character, \ takes away their meaning. Matching never
 * goes back further than the last *, so it takes at most length × length steps. */

type Piece = '*' | '?' | { readonly text: string };

export interface Wildcards {
  readonly pieces: readonly Piece[];
  /** The text itself where it has no wildcard. */
  readonly plain: string | null;
}

/** `\*`, `\?` and `\\` are themselves; any other backslash is one. */
export function parseWildcards(text: string): Wildcards {
  const pieces: Piece[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') pieces.push({ text: plain });
    plain = '';
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    const next = text[i + 1];
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      plain += next;
      i++;
    } else if (char === '*' || char === '?') {
      flush();
      if (char !== '*' || pieces.at(-1) !== '*') pieces.push(char);
    } else plain += char;
  }
  flush();
  const only = pieces.length === 1 ? pieces[0] : undefined;
  if (pieces.length === 0) return { pieces, plain: '' };
  return { pieces, plain: typeof only === 'object' ? only.text : null };
}

/** Whether the whole text is as the pieces say. */
export function matchesWildcards({ pieces, plain }: Wildcards, text: string): boolean {
  if (plain !== null) return text === plain;
  let [piece, at] = [0, 0];
  let [lastStar, starAt] = [-1, 0];
  for (;;) {
    const now = pieces[piece];
    if (now === '*') {
      if (piece === pieces.length - 1) return true;
      [lastStar, starAt] = [piece++, at];
      continue;
    }
    if (now === undefined && at === text.length) return true;
    if (now === '?' && at < text.length) {
      piece++;
      at++;
      continue;
    }
    if (typeof now === 'object' && text.startsWith(now.text, at)) {
      at += now.text.length;
      piece++;
      continue;
    }
    if (lastStar === -1 || starAt >= text.length) return false;
    piece = lastStar + 1;
    at = ++starAt;
  }
}
