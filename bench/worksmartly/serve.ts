/**
 * WorkSmartly's server as it serves, in a process of its own. Started with one argument, JSON of
 * `ServeRequest`; prints {"port","administrator"} and serves until its input ends.
 */
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/main.ts';
import { registerFirst } from '../../src/server/register-first.ts';

export interface ServeRequest {
  directory: string;
}

export interface ServeReady {
  port: number;
  /** The first administrator's token; null where there is one already. */
  administrator: string | null;
}

const { directory } = JSON.parse(process.argv[2] as string) as ServeRequest;
// The limit on a caller's rate is what the bench would measure otherwise.
const env = {
  ...process.env,
  WORKSMARTLY_REQUESTS_PER_SECOND: '1000000',
  WORKSMARTLY_CLIENT_RULES: 'open',
};
const { config, secrets } = readConfig({ data: directory, port: 0 }, env);
const server = await startServer({ config, secrets });
const person = { name: 'Bench Administrator', address: 'administrator@bench.example' };
const administrator = await registerFirst(server.house, person);
const ready: ServeReady = { port: Number(new URL(server.url).port), administrator };
process.stdout.write(`${JSON.stringify(ready)}\n`);
process.stdin.resume();
process.stdin.on('end', () => {
  void server.close();
});
