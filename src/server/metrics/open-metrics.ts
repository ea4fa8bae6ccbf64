/** What operators may watch: counts, durations and sizes. No label is an id, a name or an address,
 * and none comes from a request: only operations, codes and kinds that the program itself names. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { REASONS } from '../../contract/promises.ts';
import type { Answered } from './answered.ts';

/** Asked at each scrape. */
export interface Watched {
  pool(): { readonly total: number; readonly idle: number; readonly waiting: number };
  readModel(): Promise<{ readonly open: number; readonly bytes: number; readonly loads: number }>;
  jobs(): number;
  connections(): Promise<number>;
  /** Milliseconds since 1970; undefined without TLS. */
  certificateExpiresAt(): number | undefined;
}

export interface Metrics {
  answered(answer: Answered): void;
  /** A call that made no entry. */
  uncounted(kind: string): void;
  /** One append to the ledgers. */
  batch(entries: number, ms: number): void;
  logged(event: string, level: string): void;
  watch(watched: Watched): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const NAMES_MAX = 100;

export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: 'worksmartly_requests_total',
    help: 'Calls by operation and class of status; aborted: the caller went away',
    labelNames: ['operation', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'worksmartly_request_seconds',
    help: 'From the headers to the end of the answer',
    labelNames: ['operation'],
    buckets: SECONDS,
    registers,
  });
  const refusals = new Counter({
    name: 'worksmartly_refusals_total',
    help: 'Refused calls by reason; a call may have several',
    labelNames: ['reason'],
    registers,
  });
  const unrecorded = new Counter({
    name: 'worksmartly_unrecorded_calls_total',
    help: 'Calls that make no entry of their own: no token, no such address, too many',
    labelNames: ['kind'],
    registers,
  });
  const sizes = new Histogram({
    name: 'worksmartly_ledger_batch_entries',
    help: 'Entries that one append carried',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const appends = new Histogram({
    name: 'worksmartly_ledger_append_seconds',
    help: 'One append, its commit included',
    buckets: SECONDS,
    registers,
  });
  const events = new Counter({
    name: 'worksmartly_log_events_total',
    help: 'Lines written to the log',
    labelNames: ['event', 'level'],
    registers,
  });
  const known = boundedNames(Object.keys(REASONS));
  const knownEvents = boundedNames([]);
  return {
    answered({ operation, status, ms, reasons }) {
      calls.inc({
        operation,
        status: status === null ? 'aborted' : `${Math.trunc(status / 100)}xx`,
      });
      durations.observe({ operation }, ms / 1000);
      for (const reason of reasons) refusals.inc({ reason: known(reason) });
    },
    uncounted: (kind) => unrecorded.inc({ kind }),
    batch(entries, ms) {
      sizes.observe(entries);
      appends.observe(ms / 1000);
    },
    logged: (event, level) => events.inc({ event: knownEvents(event), level }),
    watch: (watched) => watch(watched, registers),
    text: () => registry.metrics(),
  };
}

function watch(watched: Watched, registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number | undefined | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = await read();
        if (value !== undefined) this.set(value);
      },
    });
  const model = async () => watched.readModel().catch(() => ({ open: 0, bytes: 0, loads: 0 }));
  new Gauge({
    name: 'worksmartly_database_connections',
    help: 'Of the pool: in use, idle, and calls that wait for one',
    labelNames: ['state'],
    registers,
    collect() {
      const { total, idle, waiting } = watched.pool();
      this.set({ state: 'used' }, total - idle);
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  gauge('worksmartly_read_models', 'Clients in memory', async () => (await model()).open);
  gauge('worksmartly_read_model_bytes', 'Of all of them', async () => (await model()).bytes);
  gauge('worksmartly_read_model_loads', 'Loads since the start', async () => (await model()).loads);
  gauge('worksmartly_jobs', 'Imports and other jobs under way', watched.jobs);
  gauge('worksmartly_connections', 'Open connections', watched.connections);
  gauge(
    'worksmartly_tls_certificate_expiry_timestamp_seconds',
    'When the certificate in use expires; absent without TLS',
    () => {
      const at = watched.certificateExpiresAt();
      return at === undefined ? undefined : Math.trunc(at / 1000);
    },
  );
}

/** Names that the program gave, and no more of them than fit: whatever else comes is `other`. */
function boundedNames(first: readonly string[]): (name: string) => string {
  const names = new Set(first);
  return (name) => {
    if (names.has(name)) return name;
    if (!NAME.test(name) || names.size >= NAMES_MAX) return 'other';
    names.add(name);
    return name;
  };
}
