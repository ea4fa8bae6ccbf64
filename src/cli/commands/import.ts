/** `import check` and `import commit`: a staff file goes up, and is followed to its end. */
import { callOperation } from '../client.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { followImport } from '../follow-import.ts';
import { multipartBody } from '../multipart-body.ts';
import { openProgress } from '../progress.ts';

type Mode = 'check' | 'commit';

export const checkImport = importCommand(
  'check',
  'check a staff file (CSV or .xlsx) under a mapping; nothing is stored',
);
export const commitImport = importCommand(
  'commit',
  'import a staff file (CSV or .xlsx) under a mapping, all or nothing',
);

function importCommand(mode: Mode, summary: string): Command {
  return {
    name: `import ${mode}`,
    summary,
    positionals: ['FILE'],
    connects: true,
    options: {
      client: { value: 'ID', help: 'whose staff it is', required: true },
      mapping: { value: 'FILE', help: 'the mapping, as JSON', required: true },
      'on-error': {
        value: 'refuse|skip',
        help: 'skip leaves rows with errors out; else nothing is stored',
      },
    },
    async run(invocation) {
      const { positionals, text } = invocation;
      const client = text('client')!;
      const onError = text('on-error');
      if (onError !== undefined && onError !== 'skip' && onError !== 'refuse') {
        throw new UsageError('--on-error must be refuse or skip');
      }
      const query = { mode, ...(onError && { onError }) };
      const files = { mapping: text('mapping')!, file: positionals[0]! };
      const id = await send(invocation, query, client, files);
      return followImport(invocation, client, id);
    },
  };
}

async function send(
  { connection, terminal }: Invocation,
  query: { mode: Mode; onError?: string },
  client: string,
  files: { mapping: string; file: string },
): Promise<string> {
  const progress = openProgress(terminal, 'sending', 'bytes');
  try {
    const upload = await multipartBody({ ...files }, progress.update);
    const options = { params: { c: client }, query, upload };
    const { id } = await callOperation(connection(), 'imports.start', options);
    return id;
  } finally {
    progress.close();
  }
}
