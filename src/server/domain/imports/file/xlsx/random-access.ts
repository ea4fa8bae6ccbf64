/** A file that can be read from anywhere, as a zip needs: its directory stands at its end. */
import yauzl from 'yauzl';

export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number;
  /** The bytes from `start` ≤ i < `end`, which are within the file, in pieces of any size. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** The same as yauzl wants it, for the directory and the headers. */
export class ZipSource extends yauzl.RandomAccessReader {
  readonly #file: RandomAccess;
  /** What failed outside the file's bytes: that is nobody's fault who sent it. */
  failure: unknown = null;

  constructor(file: RandomAccess) {
    super();
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (position < 0 || position + length > this.#file.size) {
      setImmediate(callback, new Error('outside the file'));
      return;
    }
    this.#fill(buffer, offset, length, position).then(
      () => callback(null, length),
      (error: Error) => {
        this.failure = error;
        callback(error);
      },
    );
  }

  async #fill(buffer: Buffer, offset: number, length: number, position: number): Promise<void> {
    let at = offset;
    for await (const piece of this.#file.read(position, position + length)) {
      buffer.set(piece, at);
      at += piece.length;
    }
  }
}
