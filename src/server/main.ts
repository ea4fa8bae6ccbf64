/** The only file that wires the server together. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config, Secrets, TlsConfig } from './config.ts';
import { loadRules } from './detection/load-rules.ts';
import { type Detector, openDetector } from './domain/detection/detector.ts';
import { openEventSinks } from './domain/detection/event-sinks.ts';
import { discardAllUploads } from './domain/documents/discard-uploads.ts';
import { keepImportsClean } from './domain/imports/clean-up.ts';
import { takeUpJobs } from './domain/jobs/take-up.ts';
import { openScheduler, type Scheduler } from './domain/periodic/open-scheduler.ts';
import { mirrorPremises } from './domain/premises/premises-facts.ts';
import { recordRules } from './domain/rules/at-opening.ts';
import { ENTRANCES } from './domain/sign-in/entrances.ts';
import { DOMAIN } from './domain/table.ts';
import { mirrorTexts } from './domain/texts/mirror-texts.ts';
import { openAuthenticator } from './gate/authenticate.ts';
import { openClockWatch } from './gate/clock-watch.ts';
import { loadPolicies } from './gate/policies.ts';
import { reauthorise } from './gate/reauthorise.ts';
import { recordPolicies } from './gate/record-policies.ts';
import { openRefusalRate } from './gate/refusal-rate.ts';
import { type Gate, openGate } from './gate/run.ts';
import type { House, LogEvent, Site } from './house.ts';
import { buildHttp } from './http/build-http.ts';
import { closeHttp } from './http/close-http.ts';
import { type MetricsParts, serveMetrics } from './http/serve-metrics.ts';
import { holdTls, type TlsHolder, type TlsSource } from './http/tls-listener.ts';
import { type TlsWatch, watchTls } from './http/watch-tls.ts';
import { levelOf, requestEvent, writeLog } from './log.ts';
import { type Metrics, openMetrics, type Watched } from './metrics/open-metrics.ts';
import { networkTest } from './network.ts';
import { openHouse, ROOT } from './open-house.ts';
import { openReadiness } from './readiness.ts';
import { readTlsPair, tlsIdentity } from './tls-files.ts';
import { countUncounted } from './uncounted.ts';
import type { ConnectionConfig } from './vault/database.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly now?: () => number;
  /** A clock that only runs forward, ms; without it a `now` that is handed in is believed. */
  readonly monotonic?: () => number;
  readonly log?: (event: LogEvent) => void;
  /** Connections to a database that runs already, as tests have one. */
  readonly connections?: { readonly app: ConnectionConfig; readonly owner: ConnectionConfig };
}

export interface RunningServer {
  readonly url: string;
  /** Of /metrics; undefined where nobody asked for them. */
  readonly metricsPort: number | undefined;
  readonly gate: Gate;
  readonly house: House;
  /** Whether this process is to be sent calls. */
  isReady(): Promise<boolean>;
  readonly tls: TlsWatch;
  /** As a supervisor wants it: not ready, then nothing new, then what runs ends or is cut off. */
  stop(): Promise<void>;
  /** At once, but lets running requests end. */
  readonly scheduler: Scheduler;
  readonly detector: Detector;
  close(): Promise<void>;
}

/** Starts the server; resolves when it listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, secrets, connections } = options;
  const now = options.now ?? Date.now;
  const metrics = config.metricsPort === undefined ? undefined : openMetrics();
  const log = (event: LogEvent): void => {
    metrics?.logged(event.event, levelOf(event.event));
    (options.log ?? writeLog)(event);
  };
  const tls = config.tls && holdTls(tlsSource(config.tls));
  const policies = loadPolicies(join(ROOT, 'policies'));
  const rulesDirectory = config.rulesDirectory ?? join(ROOT, 'detection-rules');
  const { spanMax } = loadRules(rulesDirectory);
  const opened = await openHouse({
    config,
    secrets,
    now,
    log,
    ...(connections && { connections }),
    ...(metrics && { onBatch: metrics.batch }),
  });
  try {
    const house: House = {
      ...opened.house,
      policyFiles: policies.files,
      policyDigest: policies.digest,
      reauthorise: (of) => reauthorise(policies, opened.house, of),
    };
    await recordPolicies(house);
    await recordRules(house);
    await mirrorPremises(house);
    await mirrorTexts(house);
    await keepImportsClean(house);
    await discardAllUploads(house);
    await takeUpJobs(house);
    const clock = openClockWatch(house, monotonicOf(options));
    const gate = openGate({
      house,
      operations: DOMAIN,
      entrances: ENTRANCES,
      policies,
      authenticator: openAuthenticator(house),
      rate: openRefusalRate(now),
      clock,
    });
    const uncounted = countUncounted(house);
    let draining = false;
    const isDraining = () => draining;
    const isReady = openReadiness({ house, isDraining });
    const http = buildHttp({
      gate,
      log,
      now,
      limits: {
        requestsPerSecond: config.requestsPerSecond,
        connectionsMax: config.connectionsMax,
      },
      isProxy: networkTest(config.proxies),
      tls: tls?.context,
      site: house.site,
      isReady,
      isDraining,
      onUncounted(kind) {
        metrics?.uncounted(kind);
        uncounted.count(kind);
      },
      onAnswered(answer) {
        metrics?.answered(answer);
        if (config.logsRequests) log(requestEvent(answer));
      },
    });
    await http.listen({ host: config.host, port: config.port });
    const { address, port } = http.server.address() as AddressInfo;
    const scheduler = openScheduler(house, config.scheduleSeconds);
    const { syslog, eventsFile: file } = config;
    const sinks = openEventSinks({ syslog, file, log });
    const detector = openDetector(house, {
      directory: rulesDirectory,
      everySeconds: config.detectionSeconds,
      spanMax,
      sinks,
    });
    const host = address.includes(':') ? `[${address}]` : address;
    const scheme = tls ? 'https' : 'http';
    Object.assign(house.site, siteOf(config.origin ?? `${scheme}://localhost:${port}`));
    const tlsWatch = watchTls(tls, http.server, log);
    metrics?.watch(watched(house, http.server, tls));
    const scraped = metrics && (await serveMetrics(metricsParts(config, secrets, metrics, now)));

    async function end(cutMs: number | null): Promise<void> {
      if (await closeHttp(http, cutMs)) log({ event: 'stop-cut' });
      tlsWatch.close();
      clock.close();
      await scheduler.close();
      await detector.close();
      await sinks.close();
      await uncounted.close();
      await opened.close();
      scraped?.close();
    }
    return {
      url: `${scheme}://${host}:${port}`,
      metricsPort: scraped?.port,
      gate,
      house,
      scheduler,
      detector,
      isReady,
      tls: tlsWatch,
      async stop() {
        draining = true;
        log({ event: 'stopping', seconds: config.drainSeconds });
        await delay(config.drainSeconds * 1000);
        opened.stopJobs();
        await end(config.stopSeconds * 1000);
        log({ event: 'stopped' });
      },
      close: () => end(null),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Passkeys belong to a domain, and a domain is no address: on this machine it is `localhost`. */
function siteOf(origin: string): Site {
  return { origin, rpId: new URL(origin).hostname };
}

function monotonicOf({ now, monotonic }: ServerOptions): () => number {
  return monotonic ?? now ?? (() => performance.now());
}

function tlsSource(tls: TlsConfig): TlsSource {
  return {
    min: tls.min,
    // Certificates live by the real clock.
    read: () => readTlsPair(tls, Date.now()),
    identity: () => tlsIdentity(tls),
  };
}

function watched(
  { database, readModel, jobs }: House,
  server: Server,
  tls: TlsHolder | undefined,
): Watched {
  return {
    pool: () => database.stats(),
    async readModel() {
      const { clients, bytes, loads } = await readModel.stats();
      return { open: clients.length, bytes, loads };
    },
    jobs: () => jobs.size,
    connections: () =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count ?? 0))),
    certificateExpiresAt: () => tls?.expiresAt(),
  };
}

function metricsParts(
  { metricsPort }: Config,
  { metricsToken }: Secrets,
  { text }: Metrics,
  now: () => number,
): MetricsParts {
  return { port: metricsPort!, token: metricsToken!, text, now };
}
