/** The part of yazl that is used here; the package brings no types of its own. */
declare module 'yazl' {
  interface MemberOptions {
    readonly mtime: Date;
    readonly compressionLevel: number;
  }
  export class ZipFile {
    readonly outputStream: NodeJS.ReadableStream & NodeJS.EventEmitter;
    addBuffer(bytes: Buffer, name: string, options: MemberOptions): void;
    addReadStream(stream: NodeJS.ReadableStream, name: string, options: MemberOptions): void;
    end(): void;
  }
}
