/** `catalogue`: the Standard Operating Procedures of this repository, or those of a client. */
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { callOperation } from '../client.ts';
import { type Command, CommandError } from '../command.ts';

const DIRECTORY = fileURLToPath(new URL('../../../catalogue', import.meta.url));

export const checkCatalogue: Command = {
  name: 'catalogue check',
  summary: 'check the catalogue: faults by file and line, reviews that are due',
  options: { dir: { value: 'DIR', help: "another catalogue than this repository's" } },
  async run({ text, json, terminal }) {
    const { checkCatalogue: check } = await import('../../catalogue/check.ts');
    const today = new Date().toISOString().slice(0, 10);
    const { text: summary, ...found } = check(text('dir') ?? DIRECTORY, today);
    terminal.out(json ? JSON.stringify(found) : summary);
    return found.ok ? 0 : 1;
  },
};

export const printCatalogue: Command = {
  name: 'catalogue print',
  summary: 'print the procedure manual in Markdown',
  connects: true,
  options: {
    client: { value: 'ID', help: 'what this client has adopted, from its server' },
    dir: { value: 'DIR', help: "another catalogue than this repository's" },
  },
  async run({ text, json, terminal, connection }) {
    const client = text('client');
    let catalogue: Catalogue;
    if (client === undefined) catalogue = await readDirectory(text('dir') ?? DIRECTORY);
    else {
      const params = { c: client };
      const answer = await callOperation(connection(), 'catalogue.read', { params });
      catalogue = answer.catalogue as Catalogue;
    }
    if (json) terminal.out(JSON.stringify(catalogue));
    else {
      const { printManual } = await import('../../catalogue/manual.ts');
      terminal.write(printManual(catalogue, client === undefined ? {} : { client }));
    }
    return 0;
  },
};

async function readDirectory(directory: string): Promise<Catalogue> {
  const { loadCatalogue } = await import('../../catalogue/load.ts');
  try {
    return loadCatalogue(directory);
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}
