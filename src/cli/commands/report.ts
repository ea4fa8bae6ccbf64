/** `report`: which reports there are, and running one. */
import { callOperation } from '../client.ts';
import type { Command, Invocation } from '../command.ts';
import { pairsOf } from '../pairs.ts';
import { type Cell, textTable } from '../text-table.ts';

interface Parameter {
  readonly id: string;
  readonly default: unknown;
}

type Run = Awaited<ReturnType<typeof callOperation<'reports.run'>>>;

const CLIENT = { value: 'ID', help: 'the client', required: true };

export const listReports: Command = {
  name: 'report list',
  summary: 'the reports and their parameters',
  connects: true,
  options: { client: CLIENT },
  async run({ text, json, terminal, connection }) {
    const params = { c: text('client')! };
    const answer = await callOperation(connection(), 'reports.list', { params });
    if (json) terminal.out(JSON.stringify(answer));
    else {
      const rows = answer.items.map(({ id, label, parameters }) => [
        id,
        label,
        (parameters as Parameter[]).map((each) => `${each.id}=${String(each.default)}`).join(' '),
      ]);
      for (const line of textTable(['id', 'report', 'parameters'], rows)) terminal.out(line);
    }
    return 0;
  },
};

export const runReport: Command = {
  name: 'report run',
  summary: 'run a report',
  positionals: ['REPORT'],
  connects: true,
  options: {
    client: CLIENT,
    param: { value: 'NAME=VALUE', help: 'a parameter; each has a default', multiple: true },
    purpose: { value: 'PURPOSE', help: 'what it is for (reporting)' },
    csv: { help: 'as CSV' },
  },
  async run(invocation) {
    const { positionals, text, texts, flag, json, terminal, connection } = invocation;
    const answer: unknown = await callOperation(connection(), 'reports.run', {
      params: { c: text('client')!, id: positionals[0]! },
      body: { parameters: pairsOf(texts('param')) },
      purpose: text('purpose'),
      accept: flag('csv') ? 'text/csv' : 'application/json',
    });
    if (typeof answer === 'string') terminal.write(answer);
    else if (json) terminal.out(JSON.stringify(answer));
    else show(invocation, answer as Run);
    return 0;
  },
};

function show({ terminal }: Invocation, run: Run): void {
  const headings = run.columns.map((column) => (column as { label: string }).label);
  for (const line of textTable(headings, run.rows as Cell[][])) terminal.out(line);
  const { suppressed, withheld } = run;
  terminal.out(`as of ${run.asOf}, ${JSON.stringify(run.parameters)}`);
  if (suppressed) terminal.out(`small counts are suppressed; ${withheld} withheld (–)`);
  const exceptions = run.exceptions as { count: number } | null | undefined;
  if (exceptions?.count) terminal.out(`${exceptions.count} people could not be placed: see --json`);
}
