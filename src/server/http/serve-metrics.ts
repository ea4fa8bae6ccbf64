/** /metrics, on a listener of its own that only this machine reaches, for whoever shows the token.
 * Apart from the API, because a scrape every few seconds is no access that a ledger should hold. */
import { hash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newUuid } from '../uuid.ts';
import { HTTP_LIMITS } from './limits.ts';
import { openListener } from './open-listener.ts';
import { NO_ROUTE, problemWith, WRONG_METHOD } from './problem.ts';
import { sendProblem, sendWhole } from './send.ts';

const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface MetricsParts {
  /** 0 = any free port. */
  readonly port: number;
  /** SHA-256 of the bearer token. */
  readonly token: Buffer;
  readonly text: () => Promise<string>;
  readonly now: () => number;
}

export interface MetricsServer {
  readonly port: number;
  close(): void;
}

/** Listens when it resolves. */
export async function serveMetrics(parts: MetricsParts): Promise<MetricsServer> {
  const newId = () => newUuid(parts.now());
  const limits = { ...HTTP_LIMITS, connectionsMax: 16 };
  const server: Server = openListener(
    { limits, tls: undefined, isDraining: () => false, newId },
    (request, response) => void answer(parts, request, response, newId()),
  );
  server.listen(parts.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  { token, text }: MetricsParts,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  request.resume();
  const detail = 'The token of the metrics is needed.';
  if (request.url?.split('?')[0] !== '/metrics') return sendProblem(response, NO_ROUTE, id);
  if (request.method !== 'GET') return sendProblem(response, WRONG_METHOD, id, ['Allow', 'GET']);
  if (!isShown(request.headers.authorization, token)) {
    return sendProblem(response, problemWith(401, { detail, reasons: ['not-authenticated'] }), id);
  }
  try {
    sendWhole(response, 200, id, TYPE, await text());
  } catch {
    sendProblem(response, problemWith(500, { detail: 'Nothing was answered.' }), id);
  }
}

/** By its hash: how long the comparison takes says nothing about the token. */
function isShown(authorization: string | undefined, token: Buffer): boolean {
  const shown = /^Bearer +([!-~]{1,200})$/i.exec(authorization ?? '')?.[1];
  return shown !== undefined && timingSafeEqual(hash('sha256', shown, 'buffer'), token);
}
