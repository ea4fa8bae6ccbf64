/** The answer to bytes that are no request: written to the socket itself, for there is no response. */
import type { Socket } from 'node:net';
import { problemWith } from './problem.ts';
import { securityHeaderLines } from './response-headers.ts';

const STATUS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  // Without a finished handshake there is nobody to answer: TLS has sent its own alert.
  const isTls = /^ERR_(SSL|TLS)_/.test(error.code ?? '');
  if (error.code === 'ECONNRESET' || isTls || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, phrase] = STATUS[error.code ?? ''] ?? [400, 'Bad Request'];
  const detail = 'The request could not be read.';
  const body = JSON.stringify(problemWith(status, { detail, reasons: ['bad-input'] }));
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n${securityHeaderLines(socket)}\r\n${body}`,
  );
}
