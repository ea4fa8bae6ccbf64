/** `import suggest`: a first mapping, made on this machine: the file goes nowhere. */
import { callOperation } from '../client.ts';
import { type Command, CommandError, UsageError } from '../command.ts';
import { type Catalogue, loadSample, loadSuggestion } from '../server-parts.ts';
import { printable } from '../text-table.ts';

const SAMPLE_ROWS = 10_000;

export const suggestImport: Command = {
  name: 'import suggest',
  summary: 'print a mapping for a staff file, from its headers and first rows',
  positionals: ['FILE'],
  connects: true,
  options: {
    client: { value: 'ID', help: 'whose procedures it is for', required: true },
    sheet: {
      value: 'NAME',
      help: 'the sheet of a workbook; else the first visible one with a header',
    },
  },
  notes:
    'The mapping is on standard output. Columns for which no element is suggested are named on\n' +
    'standard error: map each, or decide to leave it out with {"discard": true}.',
  async run({ positionals, text, terminal, json, connection }) {
    const params = { c: text('client')! };
    const { headers, rows } = await sampleOf(positionals[0]!, text('sheet'));
    const answer = await callOperation(connection(), 'catalogue.read', { params });
    const { suggestMapping } = await loadSuggestion();
    const catalogue = answer.catalogue as Catalogue;
    const { mapping, unsuggested } = suggestMapping(catalogue, headers, rows);
    if (text('sheet')) mapping.sheet = text('sheet');
    terminal.out(json ? JSON.stringify(mapping) : JSON.stringify(mapping, null, 2));
    for (const header of unsuggested)
      terminal.err(`no element suggested for: ${printable(header)}`);
    return 0;
  },
};

async function sampleOf(path: string, sheet: string | undefined) {
  const { sampleFile } = await loadSample();
  try {
    return await sampleFile(path, SAMPLE_ROWS, sheet);
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    if (name === 'FileRefusal') throw new CommandError(message, { cause: error });
    if (code === 'ENOENT') throw new UsageError(`there is no file ${path}`, { cause: error });
    throw error;
  }
}
