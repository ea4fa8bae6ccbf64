/**
 * A keep-alive HTTP/1.1 connection that costs as little as a client can: requests are ready-made
 * bytes, answers are only cut out of the stream. The same for both sides, in the bench's process.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: Buffer;
}

/** One request at a time. */
export interface HttpConnection {
  send(request: Buffer): Promise<Answer>;
  /** A request too large to be held at once. */
  sendPieces(pieces: AsyncIterable<Buffer>): Promise<Answer>;
  close(): void;
}

/** Connects to a server on this machine; rejects if it cannot. */
export function openConnection(port: number): Promise<HttpConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(overSocket(socket));
    });
  });
}

function overSocket(socket: Socket): HttpConnection {
  let held: Buffer = Buffer.alloc(0);
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  const fail = (error: Error): void => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const cut = cutAnswer(held);
    if (cut === undefined) return;
    held = held.subarray(cut.end);
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(cut.answer);
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  const answer = (): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
  return {
    send(request) {
      const answered = answer();
      socket.write(request);
      return answered;
    },
    async sendPieces(pieces) {
      const answered = answer();
      for await (const piece of pieces) {
        // A server that has answered already reads no further.
        if (waiting === undefined) break;
        if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), answered]);
      }
      return answered;
    },
    close: () => socket.destroy(),
  };
}

/** The first whole answer in the bytes, and where it ends; undefined while it is not all there. */
function cutAnswer(bytes: Buffer): { answer: Answer; end: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  const status = Number(head.slice(9, 12));
  const start = headEnd + 4;
  const length = /\r\ncontent-length: *(\d+)/iu.exec(head)?.[1];
  if (length !== undefined) {
    const end = start + Number(length);
    if (bytes.length < end) return undefined;
    return { answer: { status, body: bytes.subarray(start, end) }, end };
  }
  if (/\r\ntransfer-encoding: *chunked/iu.test(head)) return cutChunks(bytes, start, status);
  return { answer: { status, body: Buffer.alloc(0) }, end: start };
}

function cutChunks(
  bytes: Buffer,
  start: number,
  status: number,
): { answer: Answer; end: number } | undefined {
  const parts: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return { answer: { status, body: Buffer.concat(parts) }, end: next };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
