/** What is wrong with the key file and what to do about it. It names paths, never key material. */
export class KeyFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyFileError';
  }
}
