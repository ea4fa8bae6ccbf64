/** `key rotate`, `key list`, `key compromised`: the root key of this installation here, the keys of a
 * client through the server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { callOperation } from '../client.ts';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { DATA_OPTION, localConfig, SHARES_OPTION } from '../local-server.ts';
import { openProgress } from '../progress.ts';
import { loadHouse, loadLedgerRotation, loadRotation } from '../server-parts.ts';
import { textTable } from '../text-table.ts';

const POLL_FIRST_MS = 100;
const POLL_MAX_MS = 2_000;
const POLL_GROWTH = 1.5;

export const rotateKey: Command = {
  name: 'key rotate',
  summary: 'new keys: the root key, those of the ledgers, or those of a client',
  connects: true,
  options: {
    root: { help: 'the root key, on this machine (without --client)' },
    ledger: { help: 'those of every ledger, or of --client’s, on this machine' },
    client: { value: 'ID', help: 'the keys of this client, through the server' },
    subjects: { help: 'and those of all its people: every record is sealed anew' },
    data: DATA_OPTION,
    shares: SHARES_OPTION,
  },
  async run(invocation) {
    const client = invocation.text('client');
    if (invocation.flag('ledger')) return rotateLedgerKeys(invocation, client ?? null);
    if (client && invocation.flag('root')) throw new UsageError('--root or --client, not both');
    if (!client && invocation.flag('subjects')) throw new UsageError('--subjects needs --client');
    return client ? rotateClient(invocation, client) : rotateRootKey(invocation);
  },
};

export const listKeys: Command = {
  name: 'key list',
  summary: 'the keys of a client and their states; never a key itself',
  connects: true,
  options: { client: { value: 'ID', help: 'whose keys they are', required: true } },
  async run({ connection, text, json, terminal }) {
    const params = { c: text('client')! };
    const { items, advice, faults } = await callOperation(connection(), 'keys.list', { params });
    if (json) terminal.out(JSON.stringify({ items, advice, faults }));
    else {
      const rows = items.map(({ id, state, algorithm, parent, wrappedUnder, count, ...times }) => [
        id,
        state,
        algorithm,
        wrappedUnder === null ? parent : `${parent}/${wrappedUnder}`,
        String(count),
        times.created ?? '',
        times.deactivated ?? '',
        times.destroyed ?? '',
      ]);
      const head = ['key', 'state', 'algorithm', 'under', 'count', 'created', 'until', 'destroyed'];
      for (const line of textTable(head, rows)) terminal.out(line);
      for (const line of [...advice, ...faults]) terminal.err(line);
    }
    return advice.length + faults.length === 0 ? 0 : 1;
  },
};

export const compromisedKey: Command = {
  name: 'key compromised',
  summary: 'record that somebody who must not may have a key',
  positionals: ['KEY/VERSION'],
  connects: true,
  options: { client: { value: 'ID', help: 'whose key it is', required: true } },
  async run({ connection, positionals, text, json, terminal }) {
    const [key, version] = positionals[0]!.split('/');
    if (!key || !/^\d+$/.test(version ?? '')) throw new UsageError('a key is named like record/2');
    const options = { params: { c: text('client')! }, body: { key, version: Number(version) } };
    const { id, state } = await callOperation(connection(), 'keys.compromise', options);
    if (json) terminal.out(JSON.stringify({ id, state }));
    else terminal.out(`${id} is recorded as ${state}: now rotate it (key rotate --client)`);
    return 0;
  },
};

async function rotateRootKey(invocation: Invocation): Promise<number> {
  const { terminal, json } = invocation;
  const { openHouse } = await loadHouse();
  const { rotateRoot } = await loadRotation();
  const config = await localConfig(invocation);
  const opened = await openHouse({ ...config, now: Date.now, log: () => {} });
  const progress = openProgress(terminal, 'rotating', 'ledgers');
  try {
    const rotation = await rotateRoot(opened.house, progress.update);
    const { version, rewrapped, destroyed } = rotation;
    if (json) terminal.out(JSON.stringify(rotation));
    else {
      terminal.out(`root key version ${version}: ${rewrapped} keys wrapped anew`);
      terminal.out(`destroyed versions: ${destroyed.join(', ') || 'none'}`);
    }
    return 0;
  } finally {
    progress.close();
    await opened.close();
  }
}

async function rotateLedgerKeys(invocation: Invocation, client: string | null): Promise<number> {
  const { terminal, json } = invocation;
  const only = client?.replace(/^cli_/, '') ?? null;
  const { openHouse } = await loadHouse();
  const { rotateLedgers } = await loadLedgerRotation();
  const config = await localConfig(invocation);
  const opened = await openHouse({ ...config, now: Date.now, log: () => {} });
  const progress = openProgress(terminal, 'sealing', 'entries');
  try {
    const rotations = await rotateLedgers(opened, only, progress.update);
    if (json) terminal.out(JSON.stringify(rotations));
    else {
      for (const { vkey, entries, lists, destroyed } of rotations) {
        terminal.out(`${vkey}: ${entries} entries and ${lists} lists sealed anew`);
        terminal.out(`  destroyed: ${destroyed.join(', ')}`);
      }
      terminal.out('publish the new keys: whoever pinned one brings an older checkpoint along');
    }
    return 0;
  } finally {
    progress.close();
    await opened.close();
  }
}

async function rotateClient(invocation: Invocation, c: string): Promise<number> {
  const { connection, terminal, json, flag } = invocation;
  const body = { subjects: flag('subjects') };
  const { id } = await callOperation(connection(), 'keys.rotate', { params: { c }, body });
  const progress = openProgress(terminal, 'rotating', 'people');
  try {
    for (let wait = POLL_FIRST_MS; ; wait = Math.min(POLL_MAX_MS, wait * POLL_GROWTH)) {
      const job = await callOperation(connection(), 'jobs.read', { params: { c, id } });
      progress.update(job.progress.done, job.progress.total);
      if (job.state === 'queued' || job.state === 'running') {
        await sleep(wait);
        continue;
      }
      if (json) terminal.out(JSON.stringify(job));
      else terminal.out(`${job.id}: ${job.state}`);
      if (job.state === 'interrupted') {
        throw new CommandError(`resume it: worksmartly call jobs.resume c=${c} id=${id}`);
      }
      return job.state === 'done' ? 0 : 1;
    }
  } finally {
    progress.close();
  }
}
