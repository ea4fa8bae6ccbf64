/** The HTTP server: one route per entry of the operation table, and nothing that is not in it but
 * its description. */
import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance } from 'fastify';
import { openApi } from '../../contract/openapi.ts';
import type { Operation } from '../../contract/operation.ts';
import { OPERATIONS } from '../../contract/operations.ts';
import { failureEvent } from '../failure-event.ts';
import { Refusal } from '../fault.ts';
import type { Gate } from '../gate/run.ts';
import type { LogEvent, Site } from '../house.ts';
import type { Answered } from '../metrics/answered.ts';
import { newUuid } from '../uuid.ts';
import type { IsProxy } from './caller-address.ts';
import { openCallerRate } from './caller-rate.ts';
import type { ServeParts, Uncounted } from './exchange.ts';
import { knownMethods, type Route } from './known-methods.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { openListener } from './open-listener.ts';
import { NO_ROUTE, NOT_READY, problemOf, WRONG_METHOD } from './problem.ts';
import { discardRest } from './read-body.ts';
import { routableUrl } from './routable-url.ts';
import { sendJson, sendProblem } from './send.ts';
import { serveOperation } from './serve-operation.ts';
import type { TlsContext } from './tls-options.ts';

export interface HttpParts {
  readonly gate: Gate;
  /** Gets ids, codes and places; never an address, a query or a body. */
  readonly log: (event: LogEvent) => void;
  /** Milliseconds. */
  readonly now: () => number;
  /** Where our own pages are; without it no cookie writes anything. */
  readonly site?: Site;
  readonly limits?: Partial<HttpLimits>;
  /** Whose X-Forwarded-For counts; nobody's when absent. */
  readonly isProxy?: IsProxy | undefined;
  /** Called once per call that makes no entry: the caller's system counts them per minute. */
  readonly onUncounted?: (kind: Uncounted) => void;
  /** Called once per call of an operation, when its answer has been sent or its caller is gone. */
  readonly onAnswered?: (answer: Answered) => void;
  readonly tls?: TlsContext | undefined;
  /** Whether calls would be answered now; asked at every /ready. */
  readonly isReady?: () => Promise<boolean>;
  /** Whether this server is about to stop: connections end with their next answer. */
  readonly isDraining?: () => boolean;
}

const ROOT = '/api/v1';
const HEALTH = `${ROOT}/health`;
const READY = '/ready';
const DESCRIPTION = `${ROOT}/openapi.json`;

const SERVED = (OPERATIONS as readonly Operation[]).filter(({ id }) => id !== 'health.read');
const ROUTES: readonly Route[] = [
  ...SERVED.map(({ method, path }) => ({ method, path: ROOT + path })),
  ...[HEALTH, READY, DESCRIPTION].map((path) => ({ method: 'GET', path })),
];

/** The server, not yet listening. Only `gate.run` is ever called for a call with a token. */
export function buildHttp(http: HttpParts): FastifyInstance {
  const limits = limitsFrom(http.limits ?? {});
  const closing = new AbortController();
  const parts: ServeParts = {
    gate: http.gate,
    log: http.log,
    limits,
    rate: openCallerRate(limits, http.now),
    site: http.site ?? { origin: '', rpId: '' },
    isProxy: http.isProxy ?? (() => false),
    onUncounted: http.onUncounted ?? (() => {}),
    onAnswered: http.onAnswered ?? (() => {}),
    closing: closing.signal,
  };
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    genReqId: () => newUuid(http.now()),
    serverFactory: (handle) =>
      openListener(
        {
          limits,
          tls: http.tls,
          isDraining: http.isDraining ?? (() => false),
          newId: () => newUuid(http.now()),
        },
        handle,
      ),
    rewriteUrl: (request) => routableUrl(request.url ?? '/'),
    // Any id, however malformed, must find its route: it is answered like an unknown one.
    routerOptions: { maxParamLength: limits.headerBytesMax },
    // The listener's own.
    clientErrorHandler: () => {},
    forceCloseConnections: 'idle',
    // What still arrives while the server stops is answered like everything else.
    return503OnClosing: false,
  });
  // Streams have no end of their own to wait for.
  app.addHook('preClose', async () => closing.abort());
  // Bodies are left on the wire: what is wrong with one is said inside the gate, with an entry.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  addRoutes(app, parts);
  addDescription(app);
  addProbes(app, http.isReady ?? (async () => true));
  addErrors(app, parts);
  return app;
}

/** The bursts, and the rate of signing in, follow the rate, unless they are told. */
function limitsFrom(given: Partial<HttpLimits>): HttpLimits {
  const { requestsPerSecond = HTTP_LIMITS.requestsPerSecond } = given;
  const { openPerSecond = requestsPerSecond / 10 } = given;
  const bursts = { requestsBurst: 2 * requestsPerSecond, openBurst: 10 * openPerSecond };
  return { ...HTTP_LIMITS, ...bursts, openPerSecond, ...given };
}

function addRoutes(app: FastifyInstance, parts: ServeParts): void {
  for (const operation of SERVED) {
    if (operation.accepts === 'multipart') addUploadRoute(app, parts, operation);
    else addRoute(app, parts, operation);
  }
}

/** For load balancers: whether the process lives, and whether it is to be sent calls. */
function addProbes(app: FastifyInstance, isReady: () => Promise<boolean>): void {
  app.get(HEALTH, (request, reply) => {
    reply.hijack();
    sendJson(reply.raw, 200, request.id, { status: 'ok' });
  });
  app.get(READY, async (request, reply) => {
    reply.hijack();
    if (await isReady()) sendJson(reply.raw, 200, request.id, { status: 'ready' });
    else sendProblem(reply.raw, NOT_READY, request.id);
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
  app.get(DESCRIPTION, (request, reply) => {
    text ??= Buffer.from(JSON.stringify(openApi()));
    reply.hijack();
    sendJson(reply.raw, 200, request.id, text);
  });
}

function addErrors(app: FastifyInstance, parts: ServeParts): void {
  const methodsAt = knownMethods(ROUTES);
  app.setNotFoundHandler((request, reply) => {
    parts.onUncounted('no-route');
    reply.hijack();
    const methods = methodsAt(request.url);
    const allow = ['Allow', methods.join(', ')];
    if (methods.length > 0) sendProblem(reply.raw, WRONG_METHOD, request.id, allow);
    else sendProblem(reply.raw, NO_ROUTE, request.id);
    discardRest(request.raw, parts.limits);
  });
  app.setErrorHandler((error, request, reply) => {
    parts.log(failureEvent(error, request.id, 'none'));
    reply.hijack();
    if (!reply.raw.headersSent) sendProblem(reply.raw, problemOf(error, request.id), request.id);
    discardRest(request.raw, parts.limits);
  });
}
