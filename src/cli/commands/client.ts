/** `client`: opening clients and setting their status. */
import { callOperation } from '../client.ts';
import { type Command, UsageError } from '../command.ts';
import { textTable } from '../text-table.ts';

const STATUSES = ['active', 'frozen', 'sealed', 'ended'] as const;

export const openClient: Command = {
  name: 'client open',
  summary: 'open a client: its keys, its ledger and its procedures',
  connects: true,
  options: {
    name: { value: 'NAME', help: 'what the client is called', required: true },
    jurisdictions: { value: 'US,US-CA', help: 'whose law it is under', required: true },
  },
  async run({ text, json, terminal, connection }) {
    const jurisdictions = text('jurisdictions')!
      .split(',')
      .map((each) => each.trim());
    const body = { name: text('name'), jurisdictions };
    const answer = await callOperation(connection(), 'clients.open', { body });
    terminal.out(json ? JSON.stringify(answer) : answer.id);
    return 0;
  },
};

export const listClients: Command = {
  name: 'client list',
  summary: 'the clients that you belong or are assigned to',
  connects: true,
  async run({ json, terminal, connection }) {
    const answer = await callOperation(connection(), 'clients.list');
    if (json) terminal.out(JSON.stringify(answer));
    else {
      const rows = answer.items.map(({ id, name, status }) => [id, name, status]);
      for (const line of textTable(['id', 'name', 'status'], rows)) terminal.out(line);
    }
    return 0;
  },
};

export const setClientStatus: Command = {
  name: 'client status',
  summary: `set a client's status: ${STATUSES.join(', ')}`,
  positionals: ['CLIENT', 'STATUS'],
  connects: true,
  async run({ positionals, json, terminal, connection }) {
    const [c, given] = positionals as [string, string];
    const status = STATUSES.find((each) => each === given);
    if (!status) throw new UsageError(`the status must be ${STATUSES.join(', ')}`);
    const options = { params: { c }, body: { status } };
    const answer = await callOperation(connection(), 'clients.status', options);
    terminal.out(json ? JSON.stringify(answer) : `${c} is ${answer.status}`);
    return 0;
  },
};
