/** `import suggest`: a first mapping, made on this machine: the file goes nowhere. */
import { createReadStream } from 'node:fs';
import { callOperation } from '../client.ts';
import { type Command, CommandError, UsageError } from '../command.ts';
import { type Catalogue, loadCsv, loadSuggestion } from '../server-parts.ts';
import { printable } from '../text-table.ts';

const SAMPLE_ROWS = 10_000;

export const suggestImport: Command = {
  name: 'import suggest',
  summary: 'print a mapping for a staff file, from its headers and first rows',
  positionals: ['FILE'],
  connects: true,
  options: { client: { value: 'ID', help: 'whose procedures it is for', required: true } },
  notes:
    'The mapping is on standard output. Columns for which no element is suggested are named on\n' +
    'standard error: map each, or decide to leave it out with {"discard": true}.',
  async run({ positionals, text, terminal, json, connection }) {
    const params = { c: text('client')! };
    const { headers, rows } = await sampleOf(positionals[0]!);
    const answer = await callOperation(connection(), 'catalogue.read', { params });
    const { suggestMapping } = await loadSuggestion();
    const { mapping, unsuggested } = suggestMapping(answer.catalogue as Catalogue, headers, rows);
    terminal.out(json ? JSON.stringify(mapping) : JSON.stringify(mapping, null, 2));
    for (const header of unsuggested)
      terminal.err(`no element suggested for: ${printable(header)}`);
    return 0;
  },
};

async function sampleOf(path: string): Promise<{ headers: string[]; rows: string[][] }> {
  const { parseCsv } = await loadCsv();
  try {
    const file = await parseCsv(() => createReadStream(path));
    const rows: string[][] = [];
    for await (const batch of file.batches) {
      rows.push(...batch.rows);
      if (rows.length >= SAMPLE_ROWS) break;
    }
    return { headers: file.headers, rows: rows.slice(0, SAMPLE_ROWS) };
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    if (name === 'FileRefusal') throw new CommandError(message, { cause: error });
    if (code === 'ENOENT') throw new UsageError(`there is no file ${path}`, { cause: error });
    throw error;
  }
}
