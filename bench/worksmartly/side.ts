/**
 * WorkSmartly as a side of the bench: its server process on the shared cluster, and clients opened by
 * the real operations: agreement, notice, instruction, and one servicing user assigned to all.
 */
import { join } from 'node:path';
import { DATABASE } from '../../src/server/vault/postgres/roles.ts';
import { type Child, residentMiB, startChild } from '../child.ts';
import type { Cluster } from '../cluster.ts';
import { requestBytes } from '../load/request.ts';
import { openWith } from '../load/run-load.ts';
import type { Side, SideClient } from '../side.ts';
import { call } from './call.ts';
import type { ServeReady, ServeRequest } from './serve.ts';

const script = join(import.meta.dirname, 'serve.ts');
const document = { document: `sha256:${'d'.repeat(64)}`, version: '1', until: null };
/** Where all calls come from, always open: places and hours are checked and refuse nobody. */
const office = {
  kind: 'office',
  name: 'Bench',
  zone: 'Europe/Berlin',
  hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '24:00' }],
  networks: ['127.0.0.0/8', '::1/128'],
  until: null,
};
/** Everything that needs no passkey. */
const rules = {
  signed: false,
  places: true,
  reviews: true,
  approvals: 1,
  clientApprovesExceptions: true,
};
const instructed = ['personnel', 'contact', 'pay', 'demographic'];

/** Starts the server, with the user who will read, write and import. */
export async function startWorksmartly(cluster: Cluster): Promise<Side> {
  const request: ServeRequest = { directory: cluster.dir };
  const server = await startChild<ServeReady>(script, request);
  const { port, administrator } = server.ready;
  if (administrator === null) throw new Error('the bench needs an empty directory');
  const as = (token: string) => ({ port, token });
  const user = await registerUser(port, administrator, {
    side: 'provider',
    roles: ['servicing'],
    name: 'Bench Servicing',
    address: 'servicing@bench.example',
  });
  await call('ndas.sign', { ...as(user.token), params: { id: user.id }, body: document });
  await call('offices.open', { ...as(administrator), body: office });
  let opened = 0;
  return {
    ...sideOf(cluster, request, server),
    async invite() {
      const address = 'invited@bench.example';
      const body = { side: 'provider', roles: ['servicing'], name: 'Bench Invited', address };
      const { id } = await call('users.register', { ...as(administrator), body });
      const params = { id: id as string };
      const { link } = await call('invitations.issue', { ...as(administrator), params });
      return link as string;
    },
    async addClient() {
      const number = ++opened;
      const name = `Bench Client ${number}`;
      const body = { name, jurisdictions: ['US', 'US-CA'] };
      const c = (await call('clients.open', { ...as(administrator), body })).id as string;
      const executive = await registerUser(port, administrator, {
        side: 'client',
        client: c,
        roles: ['executive'],
        name: `Bench Executive ${number}`,
        address: `executive.${number}@bench.example`,
      });
      const giver = { ...as(executive.token), params: { c } };
      await call('rules.set', { ...giver, body: rules });
      await call('agreements.accept', { ...giver, body: document });
      await call('notices.accept', { ...giver, body: document });
      const adopted = (await call('catalogue.read', giver)).catalogue as {
        types: { id: string; compartment: string }[];
      };
      const types = adopted.types.filter((type) => instructed.includes(type.compartment));
      await call('instructions.give', {
        ...giver,
        body: {
          purposes: ['hr-administration', 'import', 'reporting'],
          types: types.map((type) => type.id),
          recipients: [],
          document: document.document,
          until: null,
        },
      });
      const proposal = { user: user.id, team: 'servicing', until: null };
      const asked = { ...as(administrator), params: { c }, body: proposal };
      const id = (await call('assignments.start', asked)).id as string;
      const approval = { c, kind: 'assignments', id };
      await call('proposals.approve', { ...as(executive.token), params: approval });
      return { id: c, token: user.token, executive: executive.token, staff: [] };
    },
  };
}

async function registerUser(port: number, token: string, body: object) {
  const id = (await call('users.register', { port, token, body })).id as string;
  const issued = await call('tokens.issue', { port, token, params: { id }, body: {} });
  return { id, token: issued.token as string };
}

function sideOf(
  cluster: Cluster,
  request: ServeRequest,
  server: Child<ServeReady>,
): Omit<Side, 'addClient' | 'invite'> {
  return {
    name: 'worksmartly',
    port: server.ready.port,
    async staffOf(client) {
      const text =
        'select subject_id from subject where client_id = $1 order by md5(subject_id::text) limit 5000';
      const rows = await cluster.ask(DATABASE, text, [client.id.slice(4)]);
      return rows.map(([id]) => `sub_${id}`);
    },
    async startFresh() {
      const fresh = await startChild<ServeReady>(script, request);
      return {
        port: fresh.ready.port,
        residentMiB: async () => residentMiB(fresh.pid),
        stop: () => fresh.stop(),
      };
    },
    async openCold(client) {
      const fresh = await startChild<ServeReady>(script, request);
      try {
        return await firstPage(fresh.ready.port, client);
      } finally {
        await fresh.stop();
      }
    },
    settle: () => cluster.settle(DATABASE),
    blocksRead: () => cluster.blocksRead(DATABASE),
    residentMiB: async () => residentMiB(server.pid),
    stop: () => server.stop(),
  };
}

/** Time in ms to the first answer about the client's staff. */
async function firstPage(port: number, { id, token }: SideClient): Promise<number> {
  const path = `/api/v1/clients/${id}/staff/search`;
  const request = requestBytes({ method: 'POST', path, token, body: '{"limit":50}' });
  const started = performance.now();
  await openWith(port, request);
  return performance.now() - started;
}
