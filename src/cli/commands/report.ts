/** `report`: which reports there are, and running one. */
import { writeFileSync } from 'node:fs';
import { operation } from '../../contract/operations.ts';
import { callOperation, openCall } from '../client.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { pairsOf } from '../pairs.ts';
import { type Cell, textTable } from '../text-table.ts';

interface Parameter {
  readonly id: string;
  readonly default: unknown;
}

type Run = Awaited<ReturnType<typeof callOperation<'reports.run'>>>;

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
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
    name: { value: 'NAME', help: 'what the kept run is called' },
    csv: { help: 'as CSV' },
    xlsx: { help: 'as a workbook, into --out' },
    out: { value: 'FILE', help: 'where it goes instead of the terminal' },
  },
  async run(invocation) {
    const { positionals, text, texts, flag, json, terminal, connection } = invocation;
    const [name, out] = [text('name'), text('out')];
    if (flag('csv') && flag('xlsx')) throw new UsageError('either --csv or --xlsx');
    if (flag('xlsx') && out === undefined) throw new UsageError('--xlsx needs --out FILE');
    const options = {
      params: { c: text('client')!, id: positionals[0]! },
      body: { parameters: pairsOf(texts('param')), ...(name !== undefined && { name }) },
      purpose: text('purpose'),
      accept: flag('xlsx') ? XLSX : flag('csv') ? 'text/csv' : 'application/json',
    };
    if (out !== undefined) {
      const response = await openCall(connection(), operation('reports.run'), options);
      writeFileSync(out, Buffer.from(await response.arrayBuffer()), { mode: 0o600 });
      return 0;
    }
    const answer: unknown = await callOperation(connection(), 'reports.run', options);
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
