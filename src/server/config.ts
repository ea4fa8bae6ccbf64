/** Configuration from the environment and the command line; secrets apart, so that the one can be
 * printed. Every fault is told at once, at start. */
import { resolve } from 'node:path';

export interface Config {
  /** DIR: holds pg/, state/ and keys/. */
  readonly directory: string;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly databaseConnections: number;
  readonly readModelMemoryMb: number;
  readonly requestsPerSecond: number;
  readonly oneLedgerPerBatch: boolean;
}

export interface Secrets {
  /** A real PostgreSQL server instead of the embedded one, as ws_app and as owner. */
  readonly databaseUrl: string | undefined;
  readonly databaseOwnerUrl: string | undefined;
  readonly rootPassphrase: string | undefined;
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
  const faults: string[] = [];
  const integer = (
    name: string,
    given: string | number | undefined,
    fallback: number,
    max: number,
  ) => {
    const text = String(given ?? env[name] ?? fallback);
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    faults.push(`${name} must be a whole number from 0 to ${max}`);
    return fallback;
  };
  const config: Config = {
    directory: resolve(options.data ?? env.WORKSMARTLY_DATA ?? '.worksmartly'),
    host: env.WORKSMARTLY_HOST ?? '127.0.0.1',
    port: integer('WORKSMARTLY_PORT', options.port, 8420, 65_535),
    databaseConnections: integer('WORKSMARTLY_DATABASE_CONNECTIONS', undefined, 12, 200),
    readModelMemoryMb: integer('WORKSMARTLY_READ_MODEL_MB', undefined, 2048, 1_000_000),
    requestsPerSecond: integer('WORKSMARTLY_REQUESTS_PER_SECOND', undefined, 200, 1_000_000),
    oneLedgerPerBatch: env.WORKSMARTLY_BATCH === 'client',
  };
  if (env.DATABASE_URL && !env.DATABASE_OWNER_URL) {
    faults.push(
      'DATABASE_URL needs DATABASE_OWNER_URL beside it, of the role that owns the tables',
    );
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    config,
    secrets: {
      databaseUrl: env.DATABASE_URL,
      databaseOwnerUrl: env.DATABASE_OWNER_URL,
      rootPassphrase: env.WORKSMARTLY_ROOT_PASSPHRASE,
    },
  };
}
