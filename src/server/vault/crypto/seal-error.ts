/** The one error of sealed values. It carries a code and nothing of the value, the key or the ids. */

/**
 * Why a sealed value does not open.
 * - `format`: too short, or a format, algorithm or catalogue version that was not expected
 * - `key-version`: sealed under another version of the key than the one given
 * - `commitment`: sealed under another key
 * - `authentication`: changed, cut, or moved to other metadata
 * - `padding`: it opened, but is not what a sealer of ours writes
 */
export type SealFailure = 'format' | 'key-version' | 'commitment' | 'authentication' | 'padding';

export class SealError extends Error {
  readonly code: SealFailure;

  constructor(code: SealFailure, cause?: unknown) {
    super(`sealed value does not open: ${code}`, { cause });
    this.name = 'SealError';
    this.code = code;
  }
}
