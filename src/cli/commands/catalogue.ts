/** `catalogue`: the Standard Operating Procedures of this repository, or those of a client. */
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { operation } from '../../contract/operations.ts';
import { callOperation, openCall } from '../client.ts';
import { type Command, CommandError, UsageError } from '../command.ts';
import { saveBody } from '../save-body.ts';

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

const FORMATS = { md: 'text/markdown', html: 'text/html', pdf: 'application/pdf' } as const;
type Format = keyof typeof FORMATS;

export const printCatalogue: Command = {
  name: 'catalogue print',
  summary: 'print the procedure manual',
  connects: true,
  options: {
    client: { value: 'ID', help: 'what this client has adopted, from its server' },
    dir: { value: 'DIR', help: "another catalogue than this repository's" },
    format: { value: 'FORMAT', help: 'md, html or pdf (md)' },
    out: { value: 'FILE', help: 'into this file; a PDF needs one' },
  },
  async run({ text, json, terminal, connection }) {
    const format = formatOf(text('format'));
    const out = text('out');
    if (format === 'pdf' && out === undefined) throw new UsageError('a PDF needs --out FILE');
    const c = text('client');
    if (c !== undefined && json) {
      const answer = await callOperation(connection(), 'catalogue.read', { params: { c } });
      terminal.out(JSON.stringify(answer.catalogue));
      return 0;
    }
    if (c !== undefined) {
      const asked = { params: { c }, accept: FORMATS[format] };
      const response = await openCall(connection(), operation('catalogue.manual'), asked);
      if (out === undefined) terminal.write(await response.text());
      else await saveBody(response, out, () => {});
      return 0;
    }
    const catalogue = await readDirectory(text('dir') ?? DIRECTORY);
    if (json) terminal.out(JSON.stringify(catalogue));
    else {
      const manual = await manualOf(catalogue, format);
      if (out === undefined) terminal.write(manual as string);
      else await saveBody(new Response(manual as Uint8Array<ArrayBuffer>), out, () => {});
    }
    return 0;
  },
};

const RECORDS = { csv: 'text/csv', jsonld: 'application/ld+json' } as const;

export const printRecord: Command = {
  name: 'catalogue ropa',
  summary: "print the processor's record of processing (GDPR Art. 30(2))",
  connects: true,
  options: {
    client: { value: 'ID', help: 'the client, who is the controller', required: true },
    format: { value: 'FORMAT', help: 'csv or jsonld (csv)' },
    out: { value: 'FILE', help: 'into this file' },
  },
  async run({ text, terminal, connection }) {
    const format = text('format') ?? 'csv';
    if (!isKeyOf(RECORDS, format)) throw new UsageError('the format must be csv or jsonld');
    const asked = { params: { c: text('client')! }, accept: RECORDS[format] };
    const record = operation('catalogue.processing-record');
    const response = await openCall(connection(), record, asked);
    const out = text('out');
    if (out === undefined) terminal.write(await response.text());
    else await saveBody(response, out, () => {});
    return 0;
  },
};

function formatOf(given = 'md'): Format {
  if (isKeyOf(FORMATS, given)) return given;
  throw new UsageError('the format must be md, html or pdf');
}

function isKeyOf<T extends object>(of: T, key: string): key is keyof T & string {
  return Object.hasOwn(of, key);
}

async function manualOf(catalogue: Catalogue, format: Format): Promise<string | Uint8Array> {
  if (format === 'md') return (await import('../../catalogue/manual.ts')).printManual(catalogue);
  if (format === 'html')
    return (await import('../../catalogue/manual-html.ts')).manualHtml(catalogue);
  const { manualPdf } = await import('../../catalogue/manual-pdf.ts');
  return manualPdf(catalogue, { at: new Date().toISOString() });
}

async function readDirectory(directory: string): Promise<Catalogue> {
  const { loadCatalogue } = await import('../../catalogue/load.ts');
  try {
    return loadCatalogue(directory);
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}
