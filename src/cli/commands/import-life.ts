/** `import status`, `cancel`, `resume`, `undo` and `errors`: what can be done with an import that is
 * there already. */

import { operation } from '../../contract/operations.ts';
import { callOperation, openCall } from '../client.ts';
import type { Command } from '../command.ts';
import { followImport, type ImportStatus } from '../follow-import.ts';

const ofImport = {
  positionals: ['ID'],
  connects: true,
  options: { client: { value: 'ID', help: 'whose staff it is', required: true } },
} as const;

export const showImport: Command = {
  ...ofImport,
  name: 'import status',
  summary: 'follow an import to its end, and say what came of it',
  run: (invocation) =>
    followImport(invocation, invocation.text('client')!, invocation.positionals[0]!),
};

export const cancelImport = acting(
  'cancel',
  'imports.cancel',
  'cancel an import that has not come to its end: all of it is taken back',
  'cancelled',
);
export const resumeImport = acting(
  'resume',
  'imports.resume',
  'carry on an import that was interrupted within the last hour',
  'done',
);
export const undoImport = acting(
  'undo',
  'imports.undo',
  'undo an import within an hour, while nothing was changed since',
  'undone',
);

export const listImportErrors: Command = {
  ...ofImport,
  name: 'import errors',
  summary: 'print everything that was wrong with a file, as CSV: row, column, reason',
  async run({ positionals, text, connection, terminal }) {
    const params = { c: text('client')!, id: positionals[0]! };
    const options = { params, accept: 'text/csv' };
    const response = await openCall(connection(), operation('imports.errors'), options);
    for await (const chunk of response.body ?? []) terminal.write(chunk);
    return 0;
  },
};

function acting(
  name: string,
  id: 'imports.cancel' | 'imports.resume' | 'imports.undo',
  summary: string,
  wanted: ImportStatus['state'],
): Command {
  return {
    ...ofImport,
    name: `import ${name}`,
    summary,
    async run(invocation) {
      const { positionals, text, connection } = invocation;
      const params = { c: text('client')!, id: positionals[0]! };
      await callOperation(connection(), id, { params });
      return followImport(invocation, params.c, params.id, wanted);
    },
  };
}
