/** The HTTP server: one route per entry of the operation table, and nothing that is not in it but
 * its description. */
import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance } from 'fastify';
import { openApi } from '../../contract/openapi.ts';
import type { Operation } from '../../contract/operation.ts';
import { OPERATIONS } from '../../contract/operations.ts';
import { Refusal } from '../fault.ts';
import type { Gate } from '../gate/run.ts';
import type { LogEvent } from '../house.ts';
import { newUuid } from '../uuid.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { openCallerRate } from './caller-rate.ts';
import type { ServeParts, Uncounted } from './exchange.ts';
import { failureEvent } from './failure-event.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { NO_ROUTE, problemOf } from './problem.ts';
import { discardRest } from './read-body.ts';
import { routableUrl } from './routable-url.ts';
import { sendJson, sendProblem } from './send.ts';
import { serveOperation } from './serve-operation.ts';

export interface HttpParts {
  readonly gate: Gate;
  /** Gets ids, codes and places; never an address, a query or a body. */
  readonly log: (event: LogEvent) => void;
  /** Milliseconds. */
  readonly now: () => number;
  readonly limits?: Partial<HttpLimits>;
  /** Called once per call that makes no entry: the caller's system counts them per minute. */
  readonly onUncounted?: (kind: Uncounted) => void;
}

const ROOT = '/api/v1';

/** The server, not yet listening. Only `gate.run` is ever called for a call with a token. */
export function buildHttp(http: HttpParts): FastifyInstance {
  const limits = limitsFrom(http.limits ?? {});
  const parts: ServeParts = {
    gate: http.gate,
    log: http.log,
    limits,
    rate: openCallerRate(limits, http.now),
    onUncounted: http.onUncounted ?? (() => {}),
  };
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    genReqId: () => newUuid(http.now()),
    rewriteUrl: (request) => routableUrl(request.url ?? '/'),
    // Any id, however malformed, must find its route: it is answered like an unknown one.
    routerOptions: { maxParamLength: limits.headerBytesMax },
    clientErrorHandler: answerBrokenRequest,
    connectionTimeout: limits.idleTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    http: {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: 5_000,
    },
  });
  // Bodies are left on the wire: what is wrong with one is said inside the gate, with an entry.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  addRoutes(app, parts);
  addDescription(app);
  addErrors(app, parts);
  return app;
}

/** The burst follows the rate, unless it is told. */
function limitsFrom(given: Partial<HttpLimits>): HttpLimits {
  const { requestsPerSecond = HTTP_LIMITS.requestsPerSecond } = given;
  return { ...HTTP_LIMITS, requestsBurst: 2 * requestsPerSecond, ...given };
}

function addRoutes(app: FastifyInstance, parts: ServeParts): void {
  for (const operation of OPERATIONS as readonly Operation[]) {
    if (operation.ledger === null) continue;
    if (operation.accepts === 'multipart') addUploadRoute(app, parts, operation);
    else addRoute(app, parts, operation);
  }
  app.get(`${ROOT}/health`, (request, reply) => {
    reply.hijack();
    sendJson(reply.raw, 200, request.id, { status: 'ok' });
  });
}

/** In a scope of its own: the parser's hooks run for uploads alone. */
function addUploadRoute(app: FastifyInstance, parts: ServeParts, operation: Operation): void {
  app.register((scope, _options, done) => {
    scope.register(multipart, { throwFileSizeLimit: false });
    scope.after(() => addRoute(scope, parts, operation));
    done();
  });
}

function addRoute(app: FastifyInstance, parts: ServeParts, operation: Operation): void {
  app.route({
    method: operation.method,
    url: ROOT + operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    handler: (request, reply) => {
      void serveOperation(parts, operation, request, reply);
    },
    // The framework refuses a Content-Type that is none before any handler runs.
    errorHandler: (_error, request, reply) => {
      const unreadable = new Refusal(415, ['bad-input'], 'The type of the body cannot be read.');
      void serveOperation(parts, operation, request, reply, unreadable);
    },
  });
}

function addDescription(app: FastifyInstance): void {
  let text: Buffer | undefined;
  app.get(`${ROOT}/openapi.json`, (request, reply) => {
    text ??= Buffer.from(JSON.stringify(openApi()));
    reply.hijack();
    sendJson(reply.raw, 200, request.id, text);
  });
}

function addErrors(app: FastifyInstance, parts: ServeParts): void {
  app.setNotFoundHandler((request, reply) => {
    parts.onUncounted('no-route');
    reply.hijack();
    sendProblem(reply.raw, NO_ROUTE, request.id);
    discardRest(request.raw, parts.limits);
  });
  app.setErrorHandler((error, request, reply) => {
    parts.log(failureEvent(error, request.id, 'none'));
    reply.hijack();
    if (!reply.raw.headersSent) sendProblem(reply.raw, problemOf(error, request.id), request.id);
    discardRest(request.raw, parts.limits);
  });
}
