/** Why a file cannot be attached. Reasons finish the sentence "the file …" and hold nothing of it. */

/** 415: of another kind than is taken, or than was said; 413: too large; 400: damaged or harmful. */
export class FileFault extends Error {
  readonly status: 400 | 413 | 415;

  constructor(reason: string, status: FileFault['status'] = 400) {
    super(reason);
    this.name = 'FileFault';
    this.status = status;
  }
}
