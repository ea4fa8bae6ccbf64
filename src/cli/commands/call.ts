/** `call`: any operation of the table, by its id. Whatever the API can do, this can. */
import { readFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import { z } from 'zod';
import type { Operation } from '../../contract/operation.ts';
import { OPERATIONS } from '../../contract/operations.ts';
import { openCall } from '../client.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { multipartBody } from '../multipart-body.ts';
import { pairsOf } from '../pairs.ts';
import { saveBody } from '../save-body.ts';
import { textTable } from '../text-table.ts';

const ALL: readonly Operation[] = OPERATIONS;

export const call: Command = {
  name: 'call',
  summary: 'call any operation of the API; without OPERATION, list them',
  positionals: ['[OPERATION]'],
  connects: true,
  options: {
    client: { value: 'ID', help: 'the client: the same as --param c=ID' },
    param: { value: 'NAME=VALUE', help: 'a parameter of the path', multiple: true },
    query: { value: 'NAME=VALUE', help: 'a parameter of the query', multiple: true },
    body: { value: 'JSON|@FILE|-', help: 'the body: JSON, a file with it, or standard input' },
    file: { value: 'PART=FILE', help: 'a part of a multipart body', multiple: true },
    purpose: { value: 'PURPOSE', help: 'what the data is used for' },
    'idempotency-key': { value: 'KEY', help: 'answer a repeated call with the first answer' },
    accept: { value: 'TYPE', help: 'text/csv, for instance' },
    out: { value: 'FILE', help: 'write the answer there' },
  },
  notes: (args) => {
    const called = ALL.find(({ id }) => args.includes(id));
    return called ? describe(called) : 'worksmartly call OPERATION --help tells what it takes.';
  },
  async run(invocation) {
    const { positionals, connection } = invocation;
    const [id] = positionals;
    if (id === undefined) return list(invocation);
    const called = ALL.find((each) => each.id === id);
    if (!called) throw new UsageError(`there is no operation ${JSON.stringify(id)}`);
    const options = await optionsFor(invocation);
    return show(invocation, await openCall(connection(), called, options));
  },
};

function list({ terminal, json }: Invocation): number {
  if (json) {
    terminal.out(
      JSON.stringify(ALL.map(({ id, method, path, summary }) => ({ id, method, path, summary }))),
    );
  } else {
    const rows = ALL.map(({ id, method, path, summary }) => [id, method, path, summary]);
    for (const line of textTable(['operation', 'method', 'path', ''], rows)) terminal.out(line);
  }
  return 0;
}

async function optionsFor({ text, texts }: Invocation) {
  const client = text('client');
  const files = pairsOf(texts('file'));
  const hasFiles = Object.keys(files).length > 0;
  const body = await bodyOf(text('body'));
  if (hasFiles && body !== undefined) throw new UsageError('either --body or --file');
  return {
    params: { ...(client !== undefined && { c: client }), ...pairsOf(texts('param')) },
    query: pairsOf(texts('query')),
    purpose: text('purpose'),
    idempotencyKey: text('idempotency-key'),
    accept: text('accept'),
    ...(body !== undefined && { body }),
    ...(hasFiles && { upload: await multipartBody(files) }),
  };
}

async function bodyOf(given: string | undefined): Promise<unknown> {
  if (given === undefined) return undefined;
  try {
    if (given === '-') return JSON.parse(await readText(process.stdin));
    return JSON.parse(given.startsWith('@') ? await readFile(given.slice(1), 'utf8') : given);
  } catch (error) {
    throw new UsageError('--body is not JSON, or its file cannot be read', { cause: error });
  }
}

async function show({ text, json, terminal }: Invocation, response: Response): Promise<number> {
  const out = text('out');
  const type = response.headers.get('content-type') ?? '';
  if (out !== undefined) await saveBody(response, out, () => {});
  else if (type.startsWith('application/json')) {
    const answer = await response.json();
    terminal.out(JSON.stringify(answer, null, json ? 0 : 2));
  } else for await (const chunk of response.body ?? []) terminal.write(chunk);
  return 0;
}

/** What an operation takes, as its contract has it. */
function describe(called: Operation): string {
  const lines = [`${called.method} ${called.path}`, called.summary, ''];
  const add = (label: string, schema: z.ZodType | undefined): void => {
    if (!schema) return;
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    lines.push(`${label} ${JSON.stringify(rest, null, 2)}`);
  };
  add('--param', called.params);
  add('--query', called.query);
  add('--body', called.body);
  if (called.accepts === 'multipart') lines.push('--file file=FILE --file mapping=FILE');
  if (called.purpose) lines.push(`--purpose ${called.purpose}, unless told`);
  return lines.join('\n');
}
