/** The socket side of the HTTP server: TLS or not, how long and how many connections may take, and
 * which requests are none. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answerBrokenRequest } from './broken-request.ts';
import type { HttpLimits } from './limits.ts';
import { problemWith } from './problem.ts';
import { isAmbiguous } from './request-form.ts';
import { sendProblem } from './send.ts';
import { type TlsContext, tlsOptions } from './tls-options.ts';

export interface ListenerParts {
  readonly limits: HttpLimits;
  readonly tls: TlsContext | undefined;
  /** Whether connections are to end with their next answer. */
  readonly isDraining: () => boolean;
  readonly newId: () => string;
}

/** A server that calls `handle` for requests that have one reading only. */
export function openListener(parts: ListenerParts, handle: RequestListener): Server {
  const { limits, tls, isDraining, newId } = parts;
  const options = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkingIntervalMs,
    // Checked in request-form.ts, so that this answer is like all others.
    requireHostHeader: false,
  };
  const refused = new WeakSet<Socket>();
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    // Read from the same bytes as what was refused, and so perhaps smuggled in with it.
    if (refused.has(request.socket)) return;
    if (isDraining()) response.shouldKeepAlive = false;
    if (isAmbiguous(request)) refuse(400, request, response);
    else handle(request, response);
  };
  const refuse = (status: number, request: IncomingMessage, response: ServerResponse): void => {
    refused.add(request.socket);
    const detail = 'The request could not be read.';
    const problem = problemWith(status, { detail, reasons: ['bad-input'] });
    sendProblem(response, problem, newId(), ['Connection', 'close']);
  };
  const server = tls
    ? createTlsServer(
        { ...options, ...tlsOptions(tls), handshakeTimeout: limits.handshakeTimeoutMs },
        listen,
      )
    : createServer(options, listen);
  server.setTimeout(limits.idleTimeoutMs);
  server.maxConnections = limits.connectionsMax;
  // An error in what follows a refused request has been answered with it.
  server.on('clientError', (error: Error, socket: Duplex) => {
    if (!refused.has(socket as Socket)) answerBrokenRequest(error, socket as Socket);
  });
  server.on('checkExpectation', (request, response) => refuse(417, request, response));
  return server;
}
