/** Configuration from the environment and the command line; secrets apart, so that the one can be
 * printed. Every fault is told at once, at start. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { type Network, parseNetwork } from './network.ts';
import { readSecretFile } from './secret-file.ts';
import { unknownSettings } from './settings.ts';
import { readTlsPair, type TlsPaths } from './tls-files.ts';
import type { ConnectionConfig } from './vault/database.ts';
import { parseDatabaseUrl } from './vault/database-url.ts';
import type { Share } from './vault/keys/shares/share.ts';

export interface Config {
  /** DIR: holds pg/, state/ and keys/. */
  readonly directory: string;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Absent: HTTP, which only the loopback or a proxy may reach. */
  readonly tls: TlsConfig | undefined;
  /** Where browsers find this: scheme, host and port; absent: localhost and the port. */
  readonly origin: string | undefined;
  /** Hosts of identity providers that may have private addresses. */
  readonly privateIssuers: readonly string[];
  /** Whose word on a caller's address counts. */
  readonly proxies: readonly Network[];
  readonly connectionsMax: number;
  readonly drainSeconds: number;
  readonly stopSeconds: number;
  readonly metricsPort: number | undefined;
  readonly logsRequests: boolean;
  readonly databaseConnections: number;
  readonly readModelMemoryMb: number;
  readonly requestsPerSecond: number;
  /** How often schedules that are due are looked for. */
  readonly scheduleSeconds: number;
  readonly detectionSeconds: number;
  /** Other rules than this repository's. */
  readonly rulesDirectory: string | undefined;
  /** Where events go beside the ledgers. */
  readonly syslog: SyslogConfig | undefined;
  readonly eventsFile: string | undefined;
  readonly oneLedgerPerBatch: boolean;
  /** What the ledger of a client that is opened demands. */
  readonly clientRules: 'strict' | 'open';
  /** Where the root key is. */
  readonly root: RootConfig;
  /** Another catalogue than this repository's. */
  readonly catalogueDirectory: string | undefined;
  /** Who runs this, as the record of processing names it. */
  readonly provider: ProviderIdentity;
}

/** GDPR Art. 30(2)(a): the processor. Each is one line of text; null where it is not configured. */
export interface ProviderIdentity {
  readonly name: string | null;
  readonly address: string | null;
  readonly contact: string | null;
  readonly representative: string | null;
  readonly dataProtectionOfficer: string | null;
}

/** A collector of events, over TLS. */
export interface SyslogConfig {
  readonly host: string;
  readonly port: number;
  /** PEM: who signed its certificate; the authorities of the system when absent. */
  readonly ca: string | undefined;
}

export interface TlsConfig extends TlsPaths {
  readonly min: 'TLSv1.2' | 'TLSv1.3';
}

export type RootConfig =
  | { readonly kind: 'file' }
  | { readonly kind: 'pkcs11'; readonly module: string; readonly token: string };

export interface Secrets {
  /** A PostgreSQL server instead of the embedded one, as ws_app and as the owner. */
  readonly database:
    | { readonly app: ConnectionConfig; readonly owner: ConnectionConfig }
    | undefined;
  readonly rootPassphrase: string | undefined;
  /** Of a root key file that is split among custodians; from them, at the start. */
  readonly rootShares?: readonly Share[] | undefined;
  readonly pkcs11Pin: string | undefined;
  /** SHA-256 of what a scrape must show. */
  readonly metricsToken: Buffer | undefined;
}

class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Options given in code come before the environment. Throws ConfigError. */
export function readConfig(
  options: { readonly data?: string | undefined; readonly port?: string | number | undefined },
  env: NodeJS.ProcessEnv,
): { config: Config; secrets: Secrets } {
  const faults = unknownSettings(env).map((name) => `${name} is not known: see serve --help`);
  const from = reader(env, faults);
  const named = env.WORKSMARTLY_HOST || '127.0.0.1';
  // One address, not both that the name may have: one listener has one certificate to look after.
  const host = named === 'localhost' ? '127.0.0.1' : named;
  const config: Config = {
    directory: resolve(options.data ?? env.WORKSMARTLY_DATA ?? '.worksmartly'),
    host,
    port: from.integer('WORKSMARTLY_PORT', 8420, [0, 65_535], options.port),
    tls: tlsFrom(env, host, from, faults),
    origin: originFrom(env, faults),
    privateIssuers: issuersFrom(env, faults),
    proxies: proxiesFrom(env.WORKSMARTLY_PROXIES, faults),
    connectionsMax: from.integer('WORKSMARTLY_CONNECTIONS', 2000, [1, 1_000_000]),
    drainSeconds: from.integer('WORKSMARTLY_DRAIN_SECONDS', 0, [0, 3600]),
    stopSeconds: from.integer('WORKSMARTLY_STOP_SECONDS', 25, [0, 3600]),
    metricsPort: env.WORKSMARTLY_METRICS_PORT
      ? from.integer('WORKSMARTLY_METRICS_PORT', 0, [0, 65_535])
      : undefined,
    logsRequests: from.choice('WORKSMARTLY_LOG', ['requests']) === 'requests',
    databaseConnections: from.integer('WORKSMARTLY_DATABASE_CONNECTIONS', 12, [1, 200]),
    readModelMemoryMb: from.integer('WORKSMARTLY_READ_MODEL_MB', 2048, [0, 1_000_000]),
    scheduleSeconds: from.integer('WORKSMARTLY_SCHEDULE_SECONDS', 30, [1, 3600]),
    detectionSeconds: from.integer('WORKSMARTLY_DETECTION_SECONDS', 1, [1, 3600]),
    syslog: syslogFrom(env, faults),
    eventsFile: env.WORKSMARTLY_EVENTS_FILE && resolve(env.WORKSMARTLY_EVENTS_FILE),
    rulesDirectory: env.WORKSMARTLY_DETECTION_RULES && resolve(env.WORKSMARTLY_DETECTION_RULES),
    requestsPerSecond: from.integer('WORKSMARTLY_REQUESTS_PER_SECOND', 200, [1, 1_000_000]),
    oneLedgerPerBatch: from.choice('WORKSMARTLY_BATCH', ['client']) === 'client',
    clientRules: from.choice('WORKSMARTLY_CLIENT_RULES', ['strict', 'open']) ?? 'strict',
    provider: {
      name: from.line('WORKSMARTLY_PROVIDER_NAME'),
      address: from.line('WORKSMARTLY_PROVIDER_ADDRESS'),
      contact: from.line('WORKSMARTLY_PROVIDER_CONTACT'),
      representative: from.line('WORKSMARTLY_PROVIDER_REPRESENTATIVE'),
      dataProtectionOfficer: from.line('WORKSMARTLY_PROVIDER_DPO'),
    },
    root: rootFrom(env, from, faults),
    catalogueDirectory: env.WORKSMARTLY_CATALOGUE && resolve(env.WORKSMARTLY_CATALOGUE),
  };
  const secrets: Secrets = {
    database: databaseFrom(from, faults),
    rootPassphrase: from.secret('WORKSMARTLY_ROOT_PASSPHRASE'),
    pkcs11Pin: from.secret('WORKSMARTLY_PKCS11_PIN'),
    metricsToken: metricsTokenFrom(config, from, faults),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return { config, secrets };
}

type Reader = ReturnType<typeof reader>;

/** A token needs all of its three variables, and they need it. */
function rootFrom(env: NodeJS.ProcessEnv, from: Reader, faults: string[]): RootConfig {
  const [module, token] = [env.WORKSMARTLY_PKCS11_MODULE, env.WORKSMARTLY_PKCS11_TOKEN];
  const hasPin = Boolean(env.WORKSMARTLY_PKCS11_PIN || env.WORKSMARTLY_PKCS11_PIN_FILE);
  const given = [module, token, hasPin];
  if (from.choice('WORKSMARTLY_ROOT', ['file', 'pkcs11']) === 'pkcs11') {
    if (module && token && hasPin) return { kind: 'pkcs11', module, token };
    faults.push(
      'WORKSMARTLY_ROOT=pkcs11 needs WORKSMARTLY_PKCS11_MODULE, _TOKEN and _PIN (or _PIN_FILE)',
    );
  } else if (given.some(Boolean)) {
    faults.push('WORKSMARTLY_PKCS11_… is for WORKSMARTLY_ROOT=pkcs11, which is not set');
  }
  return { kind: 'file' };
}

/** How each kind of variable is read; what is wrong is added to `faults`. */
function reader(env: NodeJS.ProcessEnv, faults: string[]) {
  return {
    integer(
      name: string,
      fallback: number,
      [min, max]: readonly [number, number],
      given?: string | number,
    ): number {
      const text = String(given ?? env[name] ?? fallback);
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= min && value <= max) return value;
      faults.push(`${name} must be a whole number from ${min} to ${max}`);
      return fallback;
    },
    /** One line for people; null when it is not set. */
    line(name: string): string | null {
      const text = env[name]?.trim() || null;
      if (text === null || (text.length <= 300 && !/\p{Cc}/u.test(text))) return text;
      faults.push(`${name} must be one line of at most 300 characters`);
      return null;
    },
    choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
      const value = env[name];
      if (!value || choices.includes(value as T)) return (value as T) || undefined;
      faults.push(`${name} must be ${choices.join(' or ')}, or not be set`);
      return undefined;
    },
    /** From the variable, or from the file that NAME_FILE names. */
    secret(name: string): string | undefined {
      const path = env[`${name}_FILE`];
      if (!path) return env[name] || undefined;
      if (env[name]) {
        faults.push(`${name} and ${name}_FILE are both set: which one is meant?`);
        return undefined;
      }
      try {
        return readSecretFile(path) || undefined;
      } catch (error) {
        faults.push(`${name}_FILE: ${(error as Error).message}`);
        return undefined;
      }
    },
  };
}

/** Whoever listens beyond this machine speaks TLS, or says that a proxy does. */
function tlsFrom(
  env: NodeJS.ProcessEnv,
  host: string,
  from: Reader,
  faults: string[],
): TlsConfig | undefined {
  const min = from.choice('WORKSMARTLY_TLS_MIN', ['1.2', '1.3']) ?? '1.3';
  const plaintext = from.choice('WORKSMARTLY_PLAINTEXT', ['behind-proxy']);
  const { WORKSMARTLY_TLS_CERT: cert, WORKSMARTLY_TLS_KEY: key } = env;
  if (cert && key) {
    if (plaintext) faults.push('WORKSMARTLY_PLAINTEXT contradicts WORKSMARTLY_TLS_CERT');
    try {
      readTlsPair({ cert, key }, Date.now());
    } catch (error) {
      faults.push(`WORKSMARTLY_TLS_CERT, WORKSMARTLY_TLS_KEY: ${(error as Error).message}`);
    }
    return { cert, key, min: min === '1.2' ? 'TLSv1.2' : 'TLSv1.3' };
  }
  if (cert || key) faults.push('WORKSMARTLY_TLS_CERT and WORKSMARTLY_TLS_KEY need each other');
  else if (!isLoopback(host) && !plaintext) {
    faults.push(
      'WORKSMARTLY_HOST is not of this machine alone, so WORKSMARTLY_TLS_CERT and ' +
        'WORKSMARTLY_TLS_KEY are needed; or WORKSMARTLY_PLAINTEXT=behind-proxy where a proxy speaks TLS',
    );
  }
  return undefined;
}

/** Browsers make passkeys on https pages, and on localhost. */
function originFrom(env: NodeJS.ProcessEnv, faults: string[]): string | undefined {
  const text = env.WORKSMARTLY_ORIGIN;
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === 'http:' && url.hostname === 'localhost';
  const isName = url && isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0;
  if (url && url.origin === text && isName && (url.protocol === 'https:' || isLocal)) return text;
  faults.push(
    'WORKSMARTLY_ORIGIN must be as browsers name a site, such as https://hr.example.com: https, a ' +
      'name and no address, no path; http for localhost only',
  );
  return undefined;
}

function issuersFrom(env: NodeJS.ProcessEnv, faults: string[]): string[] {
  const hosts = (env.WORKSMARTLY_PRIVATE_ISSUERS ?? '').split(',').filter(Boolean);
  const isHost = (host: string) =>
    URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host;
  if (hosts.every(isHost)) return hosts;
  faults.push('WORKSMARTLY_PRIVATE_ISSUERS must be hosts with commas: login.example.lan,idp:8443');
  return [];
}

function proxiesFrom(text: string | undefined, faults: string[]): Network[] {
  const networks: Network[] = [];
  for (const each of (text ?? '').split(',').map((part) => part.trim())) {
    if (each === '') continue;
    const network = parseNetwork(each);
    if ('fault' in network) faults.push(`WORKSMARTLY_PROXIES: «${each}» ${network.fault}`);
    else networks.push(network);
  }
  return networks;
}

function databaseFrom(from: Reader, faults: string[]): Secrets['database'] {
  const named = ['DATABASE_URL', 'DATABASE_OWNER_URL'] as const;
  const [app, owner] = named.map((name) => {
    const text = from.secret(name);
    if (text === undefined) return undefined;
    const parsed = parseDatabaseUrl(text);
    if ('connection' in parsed) return parsed.connection;
    faults.push(`${name} ${parsed.fault}`);
    return {};
  });
  if (!app && !owner) return undefined;
  if (!app || !owner) {
    faults.push(
      'DATABASE_URL, of the role that serves, and DATABASE_OWNER_URL, of the role that owns the ' +
        'tables, need each other',
    );
    return undefined;
  }
  if (app.user !== undefined && app.user === owner.user) {
    faults.push('DATABASE_URL must name another role than DATABASE_OWNER_URL: it must own nothing');
  }
  return { app, owner };
}

function syslogFrom(env: NodeJS.ProcessEnv, faults: string[]): SyslogConfig | undefined {
  const { WORKSMARTLY_SYSLOG: at, WORKSMARTLY_SYSLOG_CA: caPath } = env;
  if (!at) {
    if (caPath) faults.push('WORKSMARTLY_SYSLOG_CA is for WORKSMARTLY_SYSLOG, which is not set');
    return undefined;
  }
  const [, host, port] = /^\[?([A-Za-z0-9.:-]+?)\]?:(\d{1,5})$/.exec(at) ?? [];
  if (!host || !port || Number(port) < 1 || Number(port) > 65_535) {
    faults.push('WORKSMARTLY_SYSLOG must be HOST:PORT');
    return undefined;
  }
  if (!caPath) return { host, port: Number(port), ca: undefined };
  try {
    return { host, port: Number(port), ca: readCertificates(caPath) };
  } catch (error) {
    faults.push(`WORKSMARTLY_SYSLOG_CA: ${(error as Error).message}`);
    return undefined;
  }
}

/** PEM; throws, in words, when no certificate stands in it. */
function readCertificates(path: string): string {
  const text = readFileSync(path, 'utf8');
  new X509Certificate(text);
  return text;
}

function metricsTokenFrom(config: Config, from: Reader, faults: string[]): Buffer | undefined {
  const token = from.secret('WORKSMARTLY_METRICS_TOKEN');
  if (config.metricsPort === undefined) return undefined;
  if (token && /^[!-~]{32,200}$/.test(token)) return createHash('sha256').update(token).digest();
  faults.push('WORKSMARTLY_METRICS_PORT needs WORKSMARTLY_METRICS_TOKEN, of 32 characters or more');
  return undefined;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
