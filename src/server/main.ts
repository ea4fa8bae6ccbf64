/** The only file that wires the server together. */

import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Config, Secrets } from './config.ts';
import { cleanUpImports } from './domain/imports/clean-up.ts';
import { takeUpJobs } from './domain/jobs/take-up.ts';
import { DOMAIN } from './domain/table.ts';
import { openAuthenticator } from './gate/authenticate.ts';
import { loadPolicies } from './gate/policies.ts';
import { reauthorise } from './gate/reauthorise.ts';
import { recordPolicies } from './gate/record-policies.ts';
import { openRefusalRate } from './gate/refusal-rate.ts';
import { type Gate, openGate } from './gate/run.ts';
import type { House, LogEvent } from './house.ts';
import { buildHttp } from './http/build-http.ts';
import { openHouse, ROOT } from './open-house.ts';
import { countUncounted } from './uncounted.ts';
import type { ConnectionConfig } from './vault/database.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly now?: () => number;
  readonly log?: (event: LogEvent) => void;
  /** Connections to a database that runs already, as tests have one. */
  readonly connections?: { readonly app: ConnectionConfig; readonly owner: ConnectionConfig };
}

export interface RunningServer {
  readonly url: string;
  readonly gate: Gate;
  readonly house: House;
  close(): Promise<void>;
}

/** Starts the server; resolves when it listens. Closing lets running requests end. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, secrets, connections } = options;
  const now = options.now ?? Date.now;
  const log = options.log ?? writeLog;
  const policies = loadPolicies(join(ROOT, 'policies'));
  const opened = await openHouse({
    config,
    secrets,
    now,
    log,
    ...(connections && { connections }),
  });
  try {
    const house: House = {
      ...opened.house,
      policyFiles: policies.files,
      policyDigest: policies.digest,
      reauthorise: (of) => reauthorise(policies, opened.house, of),
    };
    await recordPolicies(house);
    await cleanUpImports(house);
    await takeUpJobs(house);
    const { database, ledgers } = house;
    const gate = openGate({
      house,
      operations: DOMAIN,
      policies,
      authenticator: openAuthenticator(database, now, ledgers.authnVersion),
      rate: openRefusalRate(now),
    });
    const uncounted = countUncounted(house);
    const http = buildHttp({
      gate,
      log,
      now,
      limits: { requestsPerSecond: config.requestsPerSecond },
      onUncounted: uncounted.count,
    });
    await http.listen({ host: config.host, port: config.port });
    const { address, port } = http.server.address() as AddressInfo;
    const host = address.includes(':') ? `[${address}]` : address;
    return {
      url: `http://${host}:${port}`,
      gate,
      house,
      async close() {
        await http.close();
        await uncounted.close();
        await opened.close();
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** One JSON line per event; ids, codes and counts only. */
function writeLog(event: LogEvent): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
}
